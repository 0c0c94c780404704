import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Home } from "../home/home.ts";
import { readJson, writeJson } from "../home/json-file.ts";
import type { JsonObject, JsonValue } from "../shared/json.ts";
import { type CustomResource, invokeProvider } from "./custom-resource-request.ts";

export type AppliedResource = {
  physicalId: string;
  attributes: Record<string, JsonValue>;
  action: "Create" | "Update" | "none";
};

/** The last responses of custom resources, stored over restarts as CloudFormation stores a stack. */
export type CustomResourceStore = {
  /**
   * Creates the resource, or updates it when its properties differ from those of the last success.
   *
   * @throws StartError with the provider's reason.
   */
  apply(resource: CustomResource): Promise<AppliedResource>;
  /** Makes all custom resources, or those of one stack, be created again. */
  forget(stackName?: string): void;
};

type StoredResponse = {
  properties: JsonObject;
  physicalId: string;
  attributes: Record<string, JsonValue>;
};

export function openCustomResourceStore(home: Home): CustomResourceStore {
  const file = home.at("custom-resources.json");
  let stored = readJson<Record<string, StoredResponse>>(file, {});

  async function apply(resource: CustomResource): Promise<AppliedResource> {
    const key = `${resource.stackName}/${resource.logicalId}`;
    const properties = withStrings(resource.properties) as JsonObject;
    const before = stored[key];
    if (before && isDeepStrictEqual(before.properties, properties)) {
      return { ...before, action: "none" };
    }

    const action = before ? "Update" : "Create";
    const event = eventOf(resource, properties, before);
    const response = await invokeProvider(resource, { RequestType: action, ...event });
    stored = { ...stored, [key]: { properties, ...response } };
    writeJson(file, stored);
    if (before && before.physicalId !== response.physicalId) {
      // A new physical id is a replacement: CloudFormation then deletes the old resource.
      const old = { ...event, PhysicalResourceId: before.physicalId };
      await invokeProvider(resource, { RequestType: "Delete", ...old });
    }
    return { ...response, action };
  }

  return {
    apply,
    forget(stackName) {
      const isKept = ([key]: [string, StoredResponse]) =>
        stackName && !key.startsWith(`${stackName}/`);
      stored = Object.fromEntries(Object.entries(stored).filter(isKept));
      writeJson(file, stored);
    },
  };
}

function eventOf(resource: CustomResource, properties: JsonObject, before?: StoredResponse) {
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

/** CloudFormation passes numbers and booleans as strings. */
function withStrings(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withStrings);
  if (value === null || typeof value !== "object") return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withStrings(item)]));
}
