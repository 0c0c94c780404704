import { createHash } from "node:crypto";
import type { ResourceContext } from "./resource-type.ts";

type ResourceIdentity = Pick<ResourceContext, "logicalId" | "stack">;

/**
 * A physical name as CloudFormation makes one, but the same on every start: `STACK-LOGICALID`, with a
 * hash in place of what does not fit.
 */
export function physicalName({ stack, logicalId }: ResourceIdentity, longest = 80): string {
  const name = `${stack.name}-${logicalId}`;
  return name.length <= longest ? name : `${name.slice(0, longest - 9)}-${shortHash(name, 8)}`;
}

/** Letters and digits in lower case, always the same ones for the same resource. */
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
