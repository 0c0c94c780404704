import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { build, ofType, resources, written } from "./support.ts";

describe.each(["dev", "prod"] as const)("the jobs of %s", (name) => {
  const { stacks, stage } = build(name);
  const { jobs } = stacks;
  const template = Template.fromStack(jobs);
  const mappings = ofType(jobs, "AWS::Lambda::EventSourceMapping").map((each) => each.Properties);
  const mappingOf = (queue: string) =>
    mappings.find((mapping) => written(mapping.EventSourceArn) === `${queue}.Arn`);

  it("have five tries, and then are dead letters for two weeks", () => {
    template.hasResourceProperties("AWS::SQS::Queue", { RedrivePolicy: { maxReceiveCount: 5 } });
    template.hasResourceProperties("AWS::SQS::Queue", { MessageRetentionPeriod: 1209600 });
  });

  it("are not handed out again while their first try may still run", () => {
    const timeouts = ofType(jobs, "AWS::Lambda::Function").map((each) => each.Properties.Timeout);
    for (const { Properties } of ofType(jobs, "AWS::SQS::Queue")) {
      expect(Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Math.max(...timeouts));
    }
  });

  it("fail one by one: a batch never fails as a whole", () => {
    expect(mappings).toHaveLength(3);
    for (const mapping of mappings) {
      expect(mapping.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
    }
  });

  it("run in small batches, and no more at once than the stage says", () => {
    expect(mappingOf("Jobs")).toMatchObject({
      BatchSize: 5,
      ScalingConfig: { MaximumConcurrency: stage.concurrency.worker },
    });
  });

  it("are swept when a message says so and once a day whatever happens", () => {
    expect(mappingOf("Sweeps")).toBeDefined();
    const [rule] = ofType(jobs, "AWS::Events::Rule");
    expect(rule?.Properties).toMatchObject({ ScheduleExpression: "rate(1 day)", State: "ENABLED" });
    expect(written(rule?.Properties.Targets[0].Arn)).toBe("SweeperFunction.Arn");
  });

  it("ring when one gives up, and when they or their dead letters wait", () => {
    const alarms = Object.entries(resources(stacks.monitoring)).filter(
      ([, { Type }]) => Type === "AWS::CloudWatch::Alarm",
    );
    const metrics = alarms.map(([, { Properties: p }]) => `${p.Namespace} ${p.MetricName}`);
    expect(metrics).toEqual(
      expect.arrayContaining(["Bulkhead JobGaveUp", "AWS/SQS ApproximateAgeOfOldestMessage"]),
    );
    // As the function counts it: another dimension, and the alarm would be silent for ever.
    Template.fromStack(stacks.monitoring).hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "JobGaveUp",
      Dimensions: [{ Name: "service", Value: "dead-letters" }],
    });
  });
});

it("holds the logical ids of the queues: a new id would strand what the old queue holds", () => {
  const ids = Object.keys(resources(build("prod").stacks.jobs));
  expect(ids).toEqual(expect.arrayContaining(["DeadB2807C34", "JobsDF1CC2D4", "Sweeps771A043B"]));
});
