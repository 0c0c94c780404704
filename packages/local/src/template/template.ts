import type { Json, JsonObject } from "../shared/json.ts";

/** The parts of a CloudFormation template that are read. `Rules` and `Metadata` decide nothing here. */
export type Template = {
  Parameters?: Record<string, { Type: string; Default?: Json }>;
  Conditions?: Record<string, Json>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: Json; Condition?: string; Export?: { Name: Json } }>;
};

export type TemplateResource = {
  Type: string;
  Properties?: JsonObject;
  DependsOn?: string | string[];
  Condition?: string;
};

/** What a resource answers to Ref and Fn::GetAtt once it exists. */
export type CreatedResource = {
  ref: Json;
  /** @throws StartError by name for an attribute that the resource does not have. */
  attribute(name: string): Json;
};
