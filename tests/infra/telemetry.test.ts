import { describe, expect, it } from "vitest";
import { build, everything, type Resource, written } from "./support.ts";

const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:collector-a1b2c3";
const ENDPOINT = "https://collector.example.com";

const functionsIn = (all: readonly Resource[]) =>
  all.filter(({ Type }) => Type === "AWS::Lambda::Function");
const variablesOf = ({ Properties }: Resource) => Properties.Environment.Variables;
const statementsIn = (all: readonly Resource[]) =>
  all
    .filter(({ Type }) => Type === "AWS::IAM::ManagedPolicy")
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
const switches = (all: readonly Resource[]) =>
  all.filter(({ Type }) =>
    ["AWS::XRay::TransactionSearchConfig", "AWS::Logs::ResourcePolicy"].includes(Type),
  );

describe.each(["dev", "prod"] as const)("the telemetry of %s", (name) => {
  const { stage, ...built } = build(name);
  const all = everything({ stage, ...built });
  const functions = functionsIn(all);

  it("goes to X-Ray in the stage's region, for every function, sampled by the stage", () => {
    expect(functions.length).toBeGreaterThan(6);
    for (const each of functions) {
      expect(variablesOf(each)).toMatchObject({
        XRAY_REGION: stage.region,
        OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
        OTEL_TRACES_SAMPLER_ARG: String(stage.telemetry.sampling),
        // The X-Ray SDK is not loaded.
        POWERTOOLS_TRACE_ENABLED: "false",
      });
      // Where it is set, spans go there: on a laptop, to the local cloud.
      expect(variablesOf(each)).not.toHaveProperty("OTEL_EXPORTER_OTLP_ENDPOINT");
    }
  });

  it("may be written by every function", () => {
    const writing = statementsIn(all).filter(({ Action }) =>
      [Action].flat().includes("xray:PutTraceSegments"),
    );
    expect(writing).toHaveLength(functions.length);
  });

  it("has Transaction Search turned on, by X-Ray's right to write its two log groups", () => {
    const [search, access] = [
      "AWS::XRay::TransactionSearchConfig",
      "AWS::Logs::ResourcePolicy",
    ].map((type) => all.filter(({ Type }) => Type === type));
    expect(search).toMatchObject([
      { Properties: { IndexingPercentage: 1 }, DependsOn: [access?.[0]?.id] },
    ]);
    expect(access).toHaveLength(1);
    const policy = written(access?.[0]?.Properties.PolicyDocument);
    const group = (prefix: string) => `arn:aws:logs:${stage.region}:AWS::AccountId:${prefix}`;
    expect(JSON.parse(policy).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "xray.amazonaws.com" },
        Action: "logs:PutLogEvents",
        Resource: [
          group("log-group:/aws/application-signals/data:*"),
          group("log-group:aws/spans:*"),
        ],
        Condition: {
          ArnLike: {
            "aws:SourceArn": `arn:aws:xray:${stage.region}:AWS::AccountId:*`,
          },
          StringEquals: { "aws:SourceAccount": "AWS::AccountId" },
        },
      },
    ]);
  });
});

it("an account that has Transaction Search already is left alone", () => {
  const telemetry = { sampling: 1, accountHasTransactionSearch: true };
  const all = everything(build("dev", { telemetry }));
  expect(switches(all)).toEqual([]);
  for (const each of functionsIn(all)) {
    expect(variablesOf(each)).toMatchObject({ XRAY_REGION: "eu-central-1" });
  }
});

it("Lambda's own segments are annotated where a stage asks for it", () => {
  const all = everything(build("dev", { telemetry: { sampling: 1, segmentAnnotations: true } }));
  for (const each of functionsIn(all)) {
    expect(variablesOf(each)).toMatchObject({ POWERTOOLS_TRACE_ENABLED: "true" });
  }
});

describe("a collector of one's own", () => {
  const all = everything(
    build("prod", {
      telemetry: { sampling: 0.25, otlp: { endpoint: ENDPOINT, headersSecret: SECRET } },
    }),
  );
  const functions = functionsIn(all);

  it("takes X-Ray's place for every function, and no template contains its key", () => {
    expect(functions.length).toBeGreaterThan(6);
    for (const each of functions) {
      expect(variablesOf(each)).toMatchObject({
        OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
        OTEL_TRACES_SAMPLER_ARG: "0.25",
        OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
        OTLP_HEADERS_SECRET_ARN: SECRET,
      });
      expect(variablesOf(each)).not.toHaveProperty("OTEL_EXPORTER_OTLP_HEADERS");
      expect(variablesOf(each)).not.toHaveProperty("XRAY_REGION");
    }
    expect(switches(all)).toEqual([]);
  });

  it("has a key that each function may read, and no other secret", () => {
    const grants = statementsIn(all).filter((statement: unknown) =>
      JSON.stringify(statement).includes(SECRET),
    );
    expect(grants).toHaveLength(functions.length);
    for (const { Effect, Action } of grants) {
      expect([Effect, Action]).toEqual(["Allow", "secretsmanager:GetSecretValue"]);
    }
  });
});
