import type { JsonObject } from "../shared/json.ts";
import type { CreatedResource } from "../template/template.ts";
import type { Cloud } from "./cloud.ts";
import type { KnownProperties, PropertyReader } from "./properties.ts";

/** One resource of a template, about to exist. */
export type ResourceContext = {
  cloud: Cloud;
  type: string;
  logicalId: string;
  stack: { name: string; id: string; region: string; account: string };
  /** `AWS::SQS::Queue Jobs (stack App)`, for messages. */
  where: string;
  /** With every reference worked out. */
  properties: JsonObject;
  read: PropertyReader;
  /** Asset key (`HASH.zip`) → folder. */
  assets: Map<string, string>;
};

/** A type of resource that does something on this cloud. */
export type EmulatedType = {
  type: string;
  /** Beside Tags, which every type may have. Without a list all properties are handed on. */
  properties?: KnownProperties;
  /** Makes the resource, or finds it as the last run left it. */
  make(making: ResourceContext): CreatedResource | Promise<CreatedResource>;
};
