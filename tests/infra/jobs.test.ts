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

  it("are dead letters after five attempts, for two weeks", () => {
    template.hasResourceProperties("AWS::SQS::Queue", { RedrivePolicy: { maxReceiveCount: 5 } });
    template.hasResourceProperties("AWS::SQS::Queue", { MessageRetentionPeriod: 1209600 });
  });

  it("are not delivered again while their first attempt may still run", () => {
    const timeouts = ofType(jobs, "AWS::Lambda::Function").map((each) => each.Properties.Timeout);
    for (const { Properties } of ofType(jobs, "AWS::SQS::Queue")) {
      expect(Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Math.max(...timeouts));
    }
  });

  it("fail one by one, never as a batch", () => {
    expect(mappings).toHaveLength(3);
    for (const mapping of mappings) {
      expect(mapping.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
    }
  });

  it("run in batches of five, with the concurrency of the stage", () => {
    expect(mappingOf("Jobs")).toMatchObject({
      BatchSize: 5,
      ScalingConfig: { MaximumConcurrency: stage.concurrency.worker },
    });
  });

  it("are swept on a message, and once a day", () => {
    expect(mappingOf("Sweeps")).toBeDefined();
    const [rule] = ofType(jobs, "AWS::Events::Rule");
    expect(rule?.Properties).toMatchObject({ ScheduleExpression: "rate(1 day)", State: "ENABLED" });
    expect(written(rule?.Properties.Targets[0].Arn)).toBe("SweeperFunction.Arn");
  });

  it("have alarms for the last failure, and for waiting jobs and dead letters", () => {
    const alarms = Object.entries(resources(stacks.monitoring)).filter(
      ([, { Type }]) => Type === "AWS::CloudWatch::Alarm",
    );
    const metrics = alarms.map(([, { Properties: p }]) => `${p.Namespace} ${p.MetricName}`);
    expect(metrics).toEqual(
      expect.arrayContaining(["Bulkhead JobGaveUp", "AWS/SQS ApproximateAgeOfOldestMessage"]),
    );
    // With the dimension of the function's metric: with another, the alarm would have no data.
    Template.fromStack(stacks.monitoring).hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "JobGaveUp",
      Dimensions: [{ Name: "service", Value: "dead-letters" }],
    });
  });
});

it("keeps the logical ids of the queues: a new id would strand the old queue's messages", () => {
  const ids = Object.keys(resources(build("prod").stacks.jobs));
  expect(ids).toEqual(expect.arrayContaining(["DeadB2807C34", "JobsDF1CC2D4", "Sweeps771A043B"]));
});
