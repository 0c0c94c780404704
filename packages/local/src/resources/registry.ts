import { StartError } from "../shared/start-error.ts";
import { bucket } from "./bucket.ts";
import { cluster } from "./cluster.ts";
import { customResource } from "./custom-resource.ts";
import { distribution } from "./distribution.ts";
import { emailIdentity } from "./email-identity.ts";
import { eventSourceMapping } from "./event-source-mapping.ts";
import { eventsRule } from "./events-rule.ts";
import { lambdaFunction } from "./function.ts";
import { httpApi, httpIntegration, httpRoute, httpStage } from "./http-api.ts";
import { INERT } from "./inert.ts";
import { ignored, type PropertySupport } from "./properties.ts";
import { queue } from "./queue.ts";
import type { EmulatedType } from "./resource-type.ts";
import { responseHeadersPolicy } from "./response-headers-policy.ts";
import { secret } from "./secret.ts";
import { viewerFunction } from "./viewer-function.ts";

const EMULATED = new Map(
  [
    bucket,
    cluster,
    customResource,
    distribution,
    emailIdentity,
    eventSourceMapping,
    eventsRule,
    httpApi,
    httpIntegration,
    httpRoute,
    httpStage,
    lambdaFunction,
    queue,
    responseHeadersPolicy,
    secret,
    viewerFunction,
  ].map((emulated): [string, EmulatedType] => [emulated.type, emulated]),
);

const COMMON_PROPERTIES: PropertySupport = { Tags: ignored("tags are for billing") };

/** `undefined` for a type that accepts every property. */
export const supportedProperties = ({ properties }: EmulatedType): PropertySupport | undefined =>
  properties && { ...COMMON_PROPERTIES, ...properties };

/**
 * How a resource type is treated: emulated or inert.
 *
 * @throws StartError for any other type.
 */
export function typeOf(type: string, where: string) {
  const inert = INERT[type];
  if (inert) return { inert };
  const emulated = EMULATED.get(type) ?? (type.startsWith("Custom::") ? customResource : undefined);
  if (emulated) return { emulated };
  throw new StartError(
    `${where} is of a type that the local cloud does not support: add it in packages/local/src/resources, or leave the resource out of this stage.`,
  );
}
