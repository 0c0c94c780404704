import { describe, expect, it } from "vitest";
import { build, everything, type Resource } from "./support.ts";

const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:collector-a1b2c3";
const ENDPOINT = "https://collector.example.com";

describe("telemetry", () => {
  const all = everything(
    build("prod", {
      telemetry: { sampling: 0.25, otlp: { endpoint: ENDPOINT, headersSecret: SECRET } },
    }),
  );
  const functions = all.filter(({ Type }) => Type === "AWS::Lambda::Function");
  const variablesOf = ({ Properties }: Resource) => Properties.Environment.Variables;

  it("has the same settings for every function, and no template contains the collector's key", () => {
    expect(functions.length).toBeGreaterThan(6);
    for (const each of functions) {
      expect(variablesOf(each)).toMatchObject({
        OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
        OTEL_TRACES_SAMPLER_ARG: "0.25",
        OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
        OTLP_HEADERS_SECRET_ARN: SECRET,
      });
      expect(variablesOf(each)).not.toHaveProperty("OTEL_EXPORTER_OTLP_HEADERS");
    }
  });

  it("lets each function read that one secret", () => {
    const grants = all
      .filter(({ Type }) => Type === "AWS::IAM::ManagedPolicy")
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter((statement: unknown) => JSON.stringify(statement).includes(SECRET));
    expect(grants).toHaveLength(functions.length);
    for (const { Effect, Action } of grants) {
      expect([Effect, Action]).toEqual(["Allow", "secretsmanager:GetSecretValue"]);
    }
  });
});
