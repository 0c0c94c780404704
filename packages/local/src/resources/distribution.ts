import { type Behavior, createDistribution, type Origin } from "../front/distribution.ts";
import { securityHeaders } from "../front/security-headers.ts";
import { StartError } from "../start-error.ts";
import { isObject, type Json, type JsonObject } from "../template/json.ts";
import type { ActingType, Making } from "./acting.ts";
import { DISTRIBUTION_PROPERTIES } from "./distribution-properties.ts";
import { made } from "./made.ts";
import { stableId } from "./naming.ts";
import { findOrigin } from "./origins.ts";
import { reader } from "./properties.ts";

/** Policies that AWS manages, by the ids that are the same in every account. */
const ORIGIN_REQUEST_POLICY = { allViewerExceptHost: "b689b0a8-53d0-40ab-baf2-68738e2966ac" };
const RESPONSE_HEADERS_POLICY = { securityHeaders: "67f7725c-6f97-4210-82d7-5512b31e9d03" };

export const distribution: ActingType = {
  type: "AWS::CloudFront::Distribution",
  properties: DISTRIBUTION_PROPERTIES,

  make(making) {
    const { read, cloud, where } = making;
    if (cloud.declared.distributions.length > 0) {
      throw new StartError(
        `${where} is a second distribution; the local cloud has one front door.`,
      );
    }
    const config = read.object("DistributionConfig");
    const origins = objects(config.Origins).map((origin) => findOrigin(making, origin));
    const behaviors = [...objects(config.CacheBehaviors), defaultBehavior(config)].map((it) =>
      behaviorOf(making, it, origins),
    );
    const id = `E${stableId(making, 13).toUpperCase()}`;
    const domainName = `d${stableId(making, 13)}.cloudfront.net`;
    const root = config.DefaultRootObject;
    cloud.declared.distributions.push(
      createDistribution({
        id,
        domainName,
        behaviors,
        ...(typeof root === "string" && { defaultRootObject: root }),
      }),
    );
    return made(making, id, { Id: id, DomainName: domainName });
  },
};

const objects = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

const defaultBehavior = ({ DefaultCacheBehavior }: JsonObject): JsonObject => ({
  ...(isObject(DefaultCacheBehavior) ? DefaultCacheBehavior : {}),
  PathPattern: "*",
});

function behaviorOf(making: Making, behavior: JsonObject, origins: Origin[]): Behavior {
  const where = `${making.where}, behaviour ${behavior.PathPattern}`;
  const read = reader(behavior, where);
  read.only("OriginRequestPolicyId", ORIGIN_REQUEST_POLICY.allViewerExceptHost);
  read.only("ResponseHeadersPolicyId", RESPONSE_HEADERS_POLICY.securityHeaders);

  const origin = origins.find(({ id }) => id === read.text("TargetOriginId"));
  if (!origin) throw new StartError(`${where} leads to an origin that does not exist.`);
  const allowed = read.list("AllowedMethods").map(String);
  const viewerFunction = viewerFunctionOf(making, behavior, where);
  return {
    pathPattern: read.text("PathPattern"),
    origin,
    allowedMethods: allowed.length > 0 ? allowed : ["GET", "HEAD"],
    forwards: behavior.OriginRequestPolicyId ? "everything" : "nothing",
    responseHeaders: behavior.ResponseHeadersPolicyId ? securityHeaders : [],
    ...(viewerFunction && { viewerFunction }),
  };
}

function viewerFunctionOf({ cloud }: Making, behavior: JsonObject, where: string) {
  const [association, ...others] = objects(behavior.FunctionAssociations);
  if (!association) return undefined;
  const found = cloud.declared.viewerFunctions.get(String(association.FunctionARN));
  if (!found || others.length > 0 || association.EventType !== "viewer-request") {
    throw new StartError(`${where}: the local cloud runs one function there, on viewer-request.`);
  }
  return found;
}
