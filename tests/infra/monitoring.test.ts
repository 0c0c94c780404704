import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { maximumConnections } from "../../infra/monitoring/database.ts";
import { build, everything, ROOT, written } from "./support.ts";

const RUNBOOKS = join(ROOT, "docs/runbooks");
const ALARMS = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"];

const stages = (["dev", "prod"] as const).map((name) => {
  const domain = { name: "app.example.com", zone: { hostedZoneId: "Z1", zoneName: "example.com" } };
  // With every alarm there is: a certificate too.
  const built = build(name, name === "prod" ? { domain } : {});
  const all = everything(built);
  return { name, built, all, alarms: all.filter(({ Type }) => ALARMS.includes(Type)) };
});
const runbookOf = (description: string) =>
  /Runbook: docs\/runbooks\/([a-z-]+)\.md$/.exec(description)?.[1];

describe.each(stages)("the alarms of $name", ({ name, built, all, alarms }) => {
  it("each have a description with an existing runbook", () => {
    expect(alarms.length).toBeGreaterThan(40);
    for (const { stack, id, Properties } of alarms) {
      const description: string = Properties.AlarmDescription;
      const page = runbookOf(description);
      expect(page, `${stack}/${id}`).toBeDefined();
      expect(existsSync(join(RUNBOOKS, `${page}.md`)), `${stack}/${id}: ${page}.md`).toBe(true);
      expect(description.length).toBeGreaterThan(80);
    }
  });

  it("notify a topic of their own region, or are children of one that does", () => {
    const parts = JSON.stringify(
      alarms.map(({ Properties }) => Properties.AlarmRule).filter(Boolean),
    );
    for (const { stack, id, Properties } of alarms) {
      const topics = (Properties.AlarmActions ?? []).map(written);
      const expected = stack === "Edge" ? /^Alarms$/ : /^(Alarms|AlarmsTopicArn)$/;
      if (topics.length === 0) expect(parts).toContain(`"${id}"`);
      for (const topic of topics) expect(topic).toMatch(expected);
    }
  });

  it("cover errors, throttles and duration of each function, and its reserved concurrency if it has one", () => {
    const functions = all.filter(({ Type }) => Type === "AWS::Lambda::Function");
    const count = (metric: string) =>
      alarms.filter(({ Properties: p }) => p.Namespace === "AWS/Lambda" && p.MetricName === metric)
        .length;
    for (const metric of ["Errors", "Throttles", "Duration"]) {
      expect(count(metric)).toBe(functions.length);
    }
    const reserved = functions.filter(({ Properties: p }) => p.ReservedConcurrentExecutions > 2);
    expect(count("ConcurrentExecutions")).toBe(reserved.length);
    expect(reserved.length).toBe(name === "prod" ? 3 : 0);
  });

  it("cover each database", () => {
    const clusters = all.filter(({ Type }) => Type === "AWS::RDS::DBCluster");
    const metrics = ["ACUUtilization", "CPUUtilization", "DatabaseConnections", "Deadlocks"];
    for (const metric of [...metrics, "FreeLocalStorage"]) {
      const found = alarms.filter(({ Properties }) => Properties.MetricName === metric);
      expect(found).toHaveLength(clusters.length);
    }
  });

  it("cover a failed migration, which is no error of its function", () => {
    const migrators = all.filter(({ Type }) => Type === "Custom::Schema");
    const pages = alarms.map(({ Properties }) => runbookOf(Properties.AlarmDescription));
    expect(pages.filter((page) => page === "migration-failed")).toHaveLength(migrators.length);
    const filters = all.filter(({ Type }) => Type === "AWS::Logs::MetricFilter");
    const failures = filters.filter(({ Properties }) => /level/.test(Properties.FilterPattern));
    // And every other custom resource.
    expect(failures).toHaveLength(all.filter(({ Type }) => Type.startsWith("Custom::")).length);
    for (const { Properties } of failures) {
      const [{ MetricName }] = Properties.MetricTransformations;
      expect(alarms.map((alarm) => alarm.Properties.MetricName)).toContain(MetricName);
    }
  });

  it("on an objective need both its long and its short window", () => {
    const composites = alarms.filter(({ Type }) => Type === "AWS::CloudWatch::CompositeAlarm");
    const ids = composites.map(({ id }) => id.replace(/[0-9A-F]{8}$/, ""));
    expect(ids.sort()).toEqual([
      "AvailabilityBurnsFast",
      "AvailabilityBurnsSlow",
      "LatencyBurnsFast",
      "LatencyBurnsSlow",
    ]);
    for (const { Properties } of composites) {
      const rule = JSON.stringify(Properties.AlarmRule);
      expect(rule.match(/ALARM\(/g)).toHaveLength(2);
      expect(rule).toContain(" AND ");
    }
  });

  it("go to a topic whose key CloudWatch may use", () => {
    const topics = all.filter(({ Type }) => Type === "AWS::SNS::Topic");
    expect(topics.map(({ stack }) => stack)).toEqual(name === "prod" ? ["Data", "Edge"] : ["Data"]);
    const keys = all.filter(({ Type }) => Type === "AWS::KMS::Key");
    for (const stack of name === "prod" ? ["Network", "Edge"] : ["Network"]) {
      const policies = keys
        .filter((key) => key.stack === stack)
        .map((key) => key.Properties.KeyPolicy);
      expect(JSON.stringify(policies)).toContain('"Service":"cloudwatch.amazonaws.com"');
    }
  });

  it("come with saved queries in a folder of the stage's name, over the logs of every function", () => {
    const queries = all.filter(({ Type }) => Type === "AWS::Logs::QueryDefinition");
    const names = queries.map(({ Properties }) => Properties.Name);
    for (const query of ["tenant", "request", "trace"]) {
      expect(names).toContain(`Bulkhead-${name}/${query}`);
      const saved = queries.find(({ Properties }) => Properties.Name.endsWith(`/${query}`));
      const functions = all.filter(({ Type }) => Type === "AWS::Lambda::Function");
      expect(saved?.Properties.LogGroupNames).toHaveLength(functions.length);
    }
    const readme = readFileSync(join(RUNBOOKS, "README.md"), "utf8");
    for (const each of names) expect(readme).toContain(`\`${each.split("/")[1]}\``);
    expect(built.stacks.monitoring.node.id).toBe("Watch");
  });
});

it("every runbook belongs to an alarm, and has the same five parts", () => {
  const pages = readdirSync(RUNBOOKS).filter((file) => !/^(README|tenant-.*)\.md$/.test(file));
  const linked = stages.flatMap(({ alarms }) =>
    alarms.map(({ Properties }) => `${runbookOf(Properties.AlarmDescription)}.md`),
  );
  expect(pages.sort()).toEqual([...new Set(linked)].sort());
  for (const page of pages) {
    const text = readFileSync(join(RUNBOOKS, page), "utf8");
    for (const part of ["**Symptom.**", "## First look", "## Causes", "## Fix", "## Follow-up"]) {
      expect(text, page).toContain(part);
    }
  }
});

it("Aurora's maximum of connections follows from the capacity", () => {
  const maximum = (minimumCapacity: number, maximumCapacity: number) =>
    maximumConnections({ minimumCapacity, maximumCapacity, readers: 0, backupDays: 1 });
  expect([maximum(0, 2), maximum(0.5, 64), maximum(1, 16), maximum(1, 128)]).toEqual([
    450, 2000, 3604, 5000,
  ]);
});
