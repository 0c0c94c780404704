import type { JsonObject } from "../shared/json.ts";
import type { CreatedResource } from "../template/template.ts";
import type { Cloud } from "./cloud.ts";
import type { PropertyReader, PropertySupport } from "./properties.ts";

/** One resource of a template that is being created. */
export type ResourceContext = {
  cloud: Cloud;
  type: string;
  logicalId: string;
  stack: { name: string; id: string; region: string; account: string };
  /** `AWS::SQS::Queue Jobs (stack App)`, for error messages. */
  where: string;
  /** With every reference resolved. */
  properties: JsonObject;
  read: PropertyReader;
  /** Asset key (`HASH.zip`) → folder. */
  assets: Map<string, string>;
};

/** A resource type that the local cloud emulates. */
export type EmulatedType = {
  type: string;
  /** Besides Tags, which every type may have. Without a list, every property is accepted. */
  properties?: PropertySupport;
  /** Creates the resource, or finds the one of the last run. */
  create(context: ResourceContext): CreatedResource | Promise<CreatedResource>;
};
