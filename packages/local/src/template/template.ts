import type { JsonObject, JsonValue } from "../shared/json.ts";

/** The parts of a CloudFormation template that the local cloud reads. */
export type Template = {
  Parameters?: Record<string, { Type: string; Default?: JsonValue }>;
  Conditions?: Record<string, JsonValue>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: JsonValue; Condition?: string; Export?: { Name: JsonValue } }>;
};

export type TemplateResource = {
  Type: string;
  Properties?: JsonObject;
  DependsOn?: string | string[];
  Condition?: string;
};

/** The values of Ref and Fn::GetAtt for a created resource. */
export type CreatedResource = {
  ref: JsonValue;
  /** @throws StartError for an attribute that the resource does not have. */
  attribute(name: string): JsonValue;
};
