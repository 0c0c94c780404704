import {
  apiConfig,
  authConfig,
  deadLettersConfig,
  operatorConfig,
  pairingConfig,
  schemaConfig,
  siteConfig,
  sweeperConfig,
  workerConfig,
} from "@bulkhead/config";
import { describe, expect, it } from "vitest";
import { build, everything, type Resource, written } from "./support.ts";

const CONFIG = {
  auth: authConfig,
  api: apiConfig,
  worker: workerConfig,
  "dead-letters": deadLettersConfig,
  sweeper: sweeperConfig,
  schema: schemaConfig,
  pairing: pairingConfig,
  operator: operatorConfig,
  site: siteConfig,
};
const EVERYWHERE = [
  "NODE_EXTRA_CA_CERTS",
  "NODE_OPTIONS",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "POWERTOOLS_SERVICE_NAME",
  "POWERTOOLS_TRACE_ENABLED",
  "STAGE",
  "XRAY_REGION",
];

describe.each(["dev", "prod"] as const)("the functions of %s", (name) => {
  const built = build(name);
  const all = everything(built);
  const functions = all.filter(({ Type }) => Type === "AWS::Lambda::Function");
  const nameOf = ({ Properties }: Resource): keyof typeof CONFIG =>
    Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME;

  it("are those that the product has, and two that ready each dedicated database", () => {
    const once = Object.keys(CONFIG).filter((each) => each !== "pairing");
    const dedicated = (built.stage.dedicated ?? []).flatMap(() => ["schema", "pairing"]);
    expect(functions.map(nameOf).sort()).toEqual([...once, ...dedicated].sort());
  });

  it("have exactly the variables that their schema reads", () => {
    for (const each of functions) {
      const given = Object.keys(each.Properties.Environment.Variables).sort();
      const read = Object.keys(CONFIG[nameOf(each)].shape);
      expect(given).toEqual([...EVERYWHERE, ...read].sort());
    }
  });

  it("log in to the database with a role of their own, without a password, and verify its certificate", () => {
    for (const { Properties } of functions) {
      const { DATABASE_URL: url, POWERTOOLS_SERVICE_NAME: service } =
        Properties.Environment.Variables;
      if (!url) continue;
      expect(written(url)).toBe(
        `postgres://bulkhead_${service.replace("-", "_")}@DatabaseClusterEndpointAddress:` +
          "DatabaseClusterEndpointPort/bulkhead?sslmode=verify-full",
      );
    }
  });

  it("run Node 24 on arm64, traced, with source maps", () => {
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        TracingConfig: { Mode: "Active" },
        Environment: { Variables: { NODE_OPTIONS: "--enable-source-maps", STAGE: name } },
      });
    }
  });

  it("have log groups of their own", () => {
    const used = functions.map(
      ({ stack, Properties }) => `${stack} ${Properties.LoggingConfig.LogGroup.Ref}`,
    );
    expect(new Set(used).size).toBe(functions.length);
  });

  it("are outside the VPC only if they do not connect to a database", () => {
    const outside = functions.filter(({ Properties }) => !Properties.VpcConfig);
    for (const each of outside) expect(["pairing", "schema", "site"]).toContain(nameOf(each));
  });

  it("have the reserved concurrency of the stage", () => {
    for (const each of functions) {
      expect(each.Properties.ReservedConcurrentExecutions).toBe(
        built.stage.concurrency.reserved?.[nameOf(each)],
      );
    }
  });
});
