import { createHash } from "node:crypto";
import type { ResourceContext } from "./resource-type.ts";

export type ResourceIdentity = Pick<ResourceContext, "logicalId" | "stack">;

/**
 * A physical name like CloudFormation's, but the same at every start: `STACK-LOGICALID`. A hash replaces the
 * end of a name that is too long.
 */
export function physicalName({ stack, logicalId }: ResourceIdentity, limit = 80): string {
  const name = `${stack.name}-${logicalId}`;
  return name.length <= limit ? name : `${name.slice(0, limit - 9)}-${shortHash(name, 8)}`;
}

/** Lower-case letters and digits, always the same for the same resource. */
export const stableId = ({ stack, logicalId }: ResourceIdentity, length: number) =>
  shortHash(`${stack.name}/${logicalId}`, length);

const shortHash = (text: string, length: number) =>
  BigInt(`0x${createHash("sha256").update(text).digest("hex")}`)
    .toString(36)
    .slice(0, length);

export const arnOf = (
  { stack }: Pick<ResourceContext, "stack">,
  service: string,
  resource: string,
) => `arn:aws:${service}:${stack.region}:${stack.account}:${resource}`;
