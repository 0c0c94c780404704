import { expect, it } from "vitest";
import { build, everything, ofType } from "./support.ts";

const stages = ["dev", "prod"] as const;

it.each(stages)("%s has one operator function, which no event source invokes", (name) => {
  const { stacks } = build(name);
  const [operator, ...others] = ofType(stacks.operator, "AWS::Lambda::Function");
  expect(others).toEqual([]);
  expect(operator?.Properties).toMatchObject({
    Timeout: 900,
    EphemeralStorage: { Size: 10_240 },
    VpcConfig: { SecurityGroupIds: [expect.anything()] },
  });
  for (const type of [
    "AWS::Lambda::Permission",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Url",
    "AWS::Events::Rule",
  ]) {
    expect(ofType(stacks.operator, type), type).toEqual([]);
  }
});

it.each(stages)("%s has the function that npm run tenant invokes in its outputs", (name) => {
  const { app, stacks } = build(name);
  expect(stacks.operator.stackName).toBe(`Bulkhead-${name}-Operator`);
  const { template } = app.synth().getStackArtifact(stacks.operator.artifactId);
  expect(template.Outputs.FunctionName.Value).toHaveProperty("Ref");
});

it.each(stages)("%s has an alarm for errors of the operator function", (name) => {
  const alarms = everything(build(name)).filter(({ Type }) => Type === "AWS::CloudWatch::Alarm");
  const descriptions = alarms.map(({ Properties }) => String(Properties.AlarmDescription));
  expect(
    descriptions.filter((text) => text.includes("The operator function failed.")),
  ).toHaveLength(1);
});
