import { StartError } from "../shared/start-error.ts";
import { bucket } from "./bucket.ts";
import { cluster } from "./cluster.ts";
import { customResource } from "./custom-resource.ts";
import { distribution } from "./distribution.ts";
import { emailIdentity } from "./email-identity.ts";
import { eventSourceMapping } from "./event-source-mapping.ts";
import { lambdaFunction } from "./function.ts";
import { httpApi, httpIntegration, httpRoute, httpStage } from "./http-api.ts";
import { INERT } from "./inert.ts";
import { ignored, type KnownProperties } from "./properties.ts";
import { queue } from "./queue.ts";
import type { EmulatedType } from "./resource-type.ts";
import { responseHeadersPolicy } from "./response-headers-policy.ts";
import { eventsRule, schedulerSchedule } from "./schedules.ts";
import { secret, secretTargetAttachment } from "./secret.ts";
import { viewerFunction } from "./viewer-function.ts";

const ACTING = new Map(
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
    schedulerSchedule,
    secret,
    secretTargetAttachment,
    viewerFunction,
  ].map((acting): [string, EmulatedType] => [acting.type, acting]),
);

const COMMON_PROPERTIES: KnownProperties = { Tags: ignored("nothing is billed by them") };

/** `undefined` for a type that hands all its properties on. */
export const knownProperties = ({ properties }: EmulatedType): KnownProperties | undefined =>
  properties && { ...COMMON_PROPERTIES, ...properties };

/**
 * How a type of resource is treated: it acts, or it is inert by name.
 *
 * @throws StartError for any other type.
 */
export function typeOf(type: string, where: string) {
  const inert = INERT[type];
  if (inert) return { inert };
  const acting = ACTING.get(type) ?? (type.startsWith("Custom::") ? customResource : undefined);
  if (acting) return { acting };
  throw new StartError(
    `${where} is of a type that the local cloud does not know. Teach it in packages/local/src/resources, or leave the resource out of this stage.`,
  );
}
