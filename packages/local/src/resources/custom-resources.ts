import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Home } from "../home/home.ts";
import { readJson, writeJson } from "../home/json-file.ts";
import type { Json, JsonObject } from "../shared/json.ts";
import { askProvider, type CustomResource } from "./custom-resource-request.ts";

export type AppliedResource = {
  physicalId: string;
  attributes: Record<string, Json>;
  did: "Create" | "Update" | "nothing";
};

/** What custom resources answered, over restarts: as CloudFormation remembers a stack. */
export type CustomResourceStore = {
  /**
   * Creates the resource, or updates it when its properties are no longer those of the last success.
   *
   * @throws StartError with the provider's reason.
   */
  settle(resource: CustomResource): Promise<AppliedResource>;
  /** Everything, or all of one stack, is to be created anew: what it was made in is gone. */
  forget(stackName?: string): void;
};

type Remembered = { properties: JsonObject; physicalId: string; attributes: Record<string, Json> };

export function openCustomResourceStore(home: Home): CustomResourceStore {
  const file = home.at("custom-resources.json");
  let known = readJson<Record<string, Remembered>>(file, {});

  async function settle(resource: CustomResource): Promise<AppliedResource> {
    const key = `${resource.stackName}/${resource.logicalId}`;
    const properties = inText(resource.properties) as JsonObject;
    const before = known[key];
    if (before && isDeepStrictEqual(before.properties, properties)) {
      return { ...before, did: "nothing" };
    }

    const did = before ? "Update" : "Create";
    const event = eventOf(resource, properties, before);
    const answer = await askProvider(resource, { RequestType: did, ...event });
    known = { ...known, [key]: { properties, ...answer } };
    writeJson(file, known);
    if (before && before.physicalId !== answer.physicalId) {
      // Another physical id means another thing: CloudFormation then removes the old one.
      const old = { ...event, PhysicalResourceId: before.physicalId };
      await askProvider(resource, { RequestType: "Delete", ...old });
    }
    return { ...answer, did };
  }

  return {
    settle,
    forget(stackName) {
      const stays = ([key]: [string, Remembered]) => stackName && !key.startsWith(`${stackName}/`);
      known = Object.fromEntries(Object.entries(known).filter(stays));
      writeJson(file, known);
    },
  };
}

function eventOf(resource: CustomResource, properties: JsonObject, before?: Remembered) {
  return {
    RequestId: randomUUID(),
    StackId: resource.stackId,
    ServiceToken: resource.serviceToken,
    LogicalResourceId: resource.logicalId,
    ResourceType: resource.type,
    ResourceProperties: properties,
    ...(before && {
      PhysicalResourceId: before.physicalId,
      OldResourceProperties: before.properties,
    }),
  };
}

/** CloudFormation hands numbers and truth values over as strings. */
function inText(value: Json): Json {
  if (Array.isArray(value)) return value.map(inText);
  if (value === null || typeof value !== "object") return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inText(item)]));
}
