// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub has placeholders of its own.

import { expect, it } from "vitest";
import { type OpenStack, scopeOf } from "../../packages/local/src/resources/scope.ts";
import type { JsonValue } from "../../packages/local/src/shared/json.ts";
import { resolveDynamicReferences } from "../../packages/local/src/template/dynamic-references.ts";
import { evaluate } from "../../packages/local/src/template/evaluate.ts";
import { creationOrder } from "../../packages/local/src/template/order.ts";
import type { Template } from "../../packages/local/src/template/template.ts";

const queue = {
  ref: "https://sqs/Jobs",
  attribute: (name: string) => (name === "Arn" ? "arn:aws:sqs:eu:0:Jobs" : `?${name}`),
};

function stack(name: string, template: Partial<Template> = {}): OpenStack {
  return {
    name,
    id: `id-of-${name}`,
    region: "eu-central-1",
    account: "000000000000",
    assets: new Map(),
    created: new Map([["Jobs", queue]]),
    template: { Resources: {}, ...template },
  };
}

const value = (json: JsonValue, template: Partial<Template> = {}, others: OpenStack[] = []) => {
  const own = stack("App", template);
  return evaluate(json, scopeOf(own, [own, ...others], "resource Worker (stack App)"));
};

it("resolves references to resources, parameters and pseudo parameters", () => {
  expect(
    value(
      [
        { Ref: "Jobs" },
        { "Fn::GetAtt": ["Jobs", "Arn"] },
        { "Fn::GetAtt": "Jobs.Arn" },
        { Ref: "AWS::Region" },
        { Ref: "AWS::AccountId" },
        { Ref: "Stage" },
        { Ref: "Zones" },
      ],
      {
        Parameters: {
          Stage: { Type: "String", Default: "dev" },
          Zones: { Type: "CommaDelimitedList", Default: "a, b" },
        },
      },
    ),
  ).toEqual([
    "https://sqs/Jobs",
    "arn:aws:sqs:eu:0:Jobs",
    "arn:aws:sqs:eu:0:Jobs",
    "eu-central-1",
    "000000000000",
    "dev",
    ["a", "b"],
  ]);
});

it("joins, splits, selects and substitutes", () => {
  expect(value({ "Fn::Join": ["-", ["a", { Ref: "Jobs" }]] })).toBe("a-https://sqs/Jobs");
  expect(value({ "Fn::Select": ["2", { "Fn::Split": ["/", { Ref: "Jobs" }] }] })).toBe("sqs");
  expect(value({ "Fn::Sub": "${AWS::Region}/${Jobs.Arn}/${!kept}" })).toBe(
    "eu-central-1/arn:aws:sqs:eu:0:Jobs/${kept}",
  );
  expect(value({ "Fn::Sub": ["${Name}@${Jobs}", { Name: { Ref: "AWS::StackName" } }] })).toBe(
    "App@https://sqs/Jobs",
  );
});

it("evaluates conditions, and omits AWS::NoValue", () => {
  const Conditions = {
    IsDev: { "Fn::Equals": [{ Ref: "AWS::StackName" }, "App"] },
    Never: { "Fn::Not": [{ Condition: "IsDev" }] },
    Both: { "Fn::And": [{ Condition: "IsDev" }, { Condition: "Never" }] },
    Either: { "Fn::Or": [{ Condition: "IsDev" }, { Condition: "Never" }] },
  };
  const chosen = (condition: string) =>
    value(
      { kept: 1, maybe: { "Fn::If": [condition, "yes", { Ref: "AWS::NoValue" }] } },
      { Conditions },
    );
  expect(chosen("IsDev")).toEqual({ kept: 1, maybe: "yes" });
  expect(chosen("Both")).toEqual({ kept: 1 });
  expect(chosen("Either")).toEqual({ kept: 1, maybe: "yes" });
});

it("reads outputs of other stacks, weakly and by export", () => {
  const data = stack("Data", {
    Outputs: {
      Url: { Value: { Ref: "Jobs" }, Export: { Name: { "Fn::Sub": "${AWS::StackName}:url" } } },
    },
  });
  const output = { StackName: "Data", Region: "eu-central-1", OutputName: "Url" };
  expect(value({ "Fn::GetStackOutput": output }, {}, [data])).toBe("https://sqs/Jobs");
  expect(value({ "Fn::ImportValue": "Data:url" }, {}, [data])).toBe("https://sqs/Jobs");
  expect(() => value({ "Fn::ImportValue": "Data:other" }, {}, [data])).toThrow("Data:other");
});

it("refuses an unsupported intrinsic function by name and place", () => {
  expect(() => value({ deep: [{ "Fn::Cidr": ["10.0.0.0/16", 6] }] })).toThrow(
    "The local cloud does not support Fn::Cidr, which resource Worker (stack App) uses.",
  );
});

it("refuses an unknown reference, and a parameter of the Parameter Store", () => {
  expect(() => value({ Ref: "Missing" })).toThrow("Missing");
  expect(() =>
    value({ Ref: "Ami" }, { Parameters: { Ami: { Type: "AWS::SSM::Parameter::Value<String>" } } }),
  ).toThrow("Parameter Store");
});

it("orders resources by dependency, and names a cycle", () => {
  const Resources = {
    Route: { Type: "R", DependsOn: "Stage", Properties: { Target: { "Fn::Sub": "i/${Api.Id}" } } },
    Stage: { Type: "S", Properties: { ApiId: { Ref: "Api" } } },
    Api: { Type: "A" },
  };
  expect(creationOrder({ Resources })).toEqual(["Api", "Stage", "Route"]);
  const circle = { Resources: { ...Resources, Api: { Type: "A", DependsOn: ["Route"] } } };
  expect(() => creationOrder(circle)).toThrow("Route → Stage → Api → Route");
});

it("resolves dynamic references to secrets, whole or by key", () => {
  const arn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:Master-a1b2c3";
  const secrets: Record<string, string> = { [arn]: '{"password":"hunter2"}', plain: "letters" };
  const resolved = (text: string) =>
    resolveDynamicReferences({ list: [text] }, (id) => secrets[id], "Worker");
  expect(resolved(`{{resolve:secretsmanager:${arn}:SecretString:password::}}`)).toEqual({
    list: ["hunter2"],
  });
  expect(resolved("a {{resolve:secretsmanager:plain:SecretString:::}} b")).toEqual({
    list: ["a letters b"],
  });
  expect(resolved("{{resolve:secretsmanager:plain}}")).toEqual({ list: ["letters"] });
  expect(() => resolved("{{resolve:secretsmanager:unknown:SecretString}}")).toThrow(
    "Worker contains",
  );
  expect(() => resolved(`{{resolve:secretsmanager:${arn}:SecretString:user::}}`)).toThrow("Worker");
  expect(() => resolved("{{resolve:ssm:/a/b}}")).toThrow("Worker contains {{resolve:ssm:/a/b}}");
});
