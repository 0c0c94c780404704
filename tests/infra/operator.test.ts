import { expect, it } from "vitest";
import { build, everything, ofType } from "./support.ts";

const stages = ["dev", "prod"] as const;

it.each(stages)("%s has one operator function, which nothing calls but people", (name) => {
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

it.each(stages)("%s says in its outputs what npm run tenant calls", (name) => {
  const { app, stacks } = build(name);
  expect(stacks.operator.stackName).toBe(`Bulkhead-${name}-Operator`);
  const { template } = app.synth().getStackArtifact(stacks.operator.artifactId);
  expect(template.Outputs.FunctionName.Value).toHaveProperty("Ref");
});

it.each(stages)("%s rings when the operator function fails", (name) => {
  const alarms = everything(build(name)).filter(({ Type }) => Type === "AWS::CloudWatch::Alarm");
  const texts = alarms.map(({ Properties }) => String(Properties.AlarmDescription));
  expect(texts.filter((text) => text.includes("The operator function failed."))).toHaveLength(1);
});
