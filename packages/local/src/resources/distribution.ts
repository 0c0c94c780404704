import { type Behavior, createDistribution, type Origin } from "../front/distribution.ts";
import { isObject, type JsonObject, type JsonValue } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { created } from "./created.ts";
import { DISTRIBUTION_PROPERTIES } from "./distribution-properties.ts";
import { stableId } from "./naming.ts";
import { findOrigin } from "./origins.ts";
import { propertyReader } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";

/** Policies that AWS manages, by the ids that are the same in every account. */
const ORIGIN_REQUEST_POLICY = { allViewerExceptHost: "b689b0a8-53d0-40ab-baf2-68738e2966ac" };
const CACHE_POLICY = {
  optimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  disabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
};

export const distribution: EmulatedType = {
  type: "AWS::CloudFront::Distribution",
  properties: DISTRIBUTION_PROPERTIES,

  create(context) {
    const { read, cloud, where } = context;
    if (cloud.declared.distributions.length > 0) {
      throw new StartError(`${where} is a second distribution: the local cloud supports one.`);
    }
    const config = read.object("DistributionConfig");
    const origins = objects(config.Origins).map((origin) => findOrigin(context, origin));
    const behaviors = [...objects(config.CacheBehaviors), defaultBehavior(config)].map((it) =>
      behaviorOf(context, it, origins),
    );
    const id = `E${stableId(context, 13).toUpperCase()}`;
    const domainName = `d${stableId(context, 13)}.cloudfront.net`;
    const root = config.DefaultRootObject;
    cloud.declared.distributions.push(
      createDistribution({
        id,
        domainName,
        behaviors,
        ...(typeof root === "string" && { defaultRootObject: root }),
      }),
    );
    return created(context, id, { Id: id, DomainName: domainName });
  },
};

const objects = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

const defaultBehavior = ({ DefaultCacheBehavior }: JsonObject): JsonObject => ({
  ...(isObject(DefaultCacheBehavior) ? DefaultCacheBehavior : {}),
  PathPattern: "*",
});

function behaviorOf(context: ResourceContext, behavior: JsonObject, origins: Origin[]): Behavior {
  const where = `${context.where}, behaviour ${behavior.PathPattern}`;
  const read = propertyReader(behavior, where);
  read.only("OriginRequestPolicyId", ORIGIN_REQUEST_POLICY.allViewerExceptHost);
  read.only("CachePolicyId", CACHE_POLICY.optimized, CACHE_POLICY.disabled);

  const origin = origins.find(({ id }) => id === read.text("TargetOriginId"));
  if (!origin) throw new StartError(`${where} names an origin that does not exist.`);
  const allowed = read.list("AllowedMethods").map(String);
  const onRequest = functionOn("viewer-request", context, behavior, where);
  const onResponse = functionOn("viewer-response", context, behavior, where);
  return {
    pathPattern: read.text("PathPattern"),
    origin,
    allowedMethods: allowed.length > 0 ? allowed : ["GET", "HEAD"],
    forwards: behavior.OriginRequestPolicyId ? "everything" : "nothing",
    caches: read.text("CachePolicyId") === CACHE_POLICY.optimized,
    compresses: read.flag("Compress"),
    responseHeaders: headersOf(context, read.optionalText("ResponseHeadersPolicyId"), where),
    ...(onRequest && { onRequest }),
    ...(onResponse && { onResponse }),
  };
}

function headersOf({ cloud }: ResourceContext, id: string | undefined, where: string) {
  if (id === undefined) return [];
  const found = cloud.declared.responseHeaders.get(id);
  if (found) return found;
  throw new StartError(`${where}: no template has the response headers policy ${id}.`);
}

function functionOn(
  eventType: string,
  { cloud }: ResourceContext,
  behavior: JsonObject,
  where: string,
) {
  const associations = objects(behavior.FunctionAssociations);
  const association = associations.find(({ EventType }) => EventType === eventType);
  if (!association) return undefined;
  const found = cloud.declared.viewerFunctions.get(String(association.FunctionARN));
  if (found) return found;
  throw new StartError(`${where}: no template has the function for ${eventType}.`);
}
