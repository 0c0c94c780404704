import type { AssembledStack } from "../assembly/assembly.ts";
import { isObject } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { resolveDynamicReferences } from "../template/dynamic-references.ts";
import { evaluate } from "../template/evaluate.ts";
import { creationOrder } from "../template/order.ts";
import type { CreatedResource, TemplateResource } from "../template/template.ts";
import type { Cloud } from "./cloud.ts";
import { createInert } from "./inert.ts";
import { listEmulated, listInert, listRefused, listSkipped } from "./listed.ts";
import { propertyReader, refuseUnsupported, withoutIgnored } from "./properties.ts";
import { supportedProperties, typeOf } from "./registry.ts";
import { type OpenStack, scopeOf } from "./scope.ts";

export const ACCOUNT = "000000000000";

/** For region-agnostic stacks. */
const DEFAULT_REGION = "us-east-1";

/** The region of the services. */
export const regionOf = (stacks: readonly AssembledStack[]): string =>
  stacks.find((stack) => stack.region)?.region ?? DEFAULT_REGION;

/**
 * Creates every resource of every stack in the order of their dependencies. An unknown type is refused
 * before the first resource is created.
 */
export async function createStacks(
  assembled: readonly AssembledStack[],
  cloud: Cloud,
): Promise<void> {
  const stacks = assembled.map(openStack);
  for (const stack of stacks) {
    for (const [logicalId, resource] of Object.entries(stack.template.Resources)) {
      refuseUnknownType(logicalId, resource, stack, cloud);
    }
  }
  for (const stack of stacks) {
    for (const logicalId of creationOrder(stack.template)) {
      const resource = stack.template.Resources[logicalId];
      if (!resource) continue;
      if (!conditionHolds(resource, stack, stacks)) {
        cloud.declared.resources.push(listSkipped({ stack, logicalId, resource }));
        continue;
      }
      stack.created.set(logicalId, await create(logicalId, resource, stack, stacks, cloud));
    }
  }
}

function refuseUnknownType(
  logicalId: string,
  resource: TemplateResource,
  stack: OpenStack,
  { declared }: Cloud,
): void {
  try {
    typeOf(resource.Type, nameOf(logicalId, resource, stack));
  } catch (error) {
    const why = "the local cloud does not support this type";
    declared.resources.push(listRefused({ stack, logicalId, resource }, why));
    throw error;
  }
}

function openStack(stack: AssembledStack): OpenStack {
  const region = stack.region ?? DEFAULT_REGION;
  const id = `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${stack.name}/local`;
  return { ...stack, id, region, account: ACCOUNT, created: new Map() };
}

const nameOf = (logicalId: string, { Type }: TemplateResource, { name }: OpenStack) =>
  `${Type} ${logicalId} (stack ${name})`;

function conditionHolds(
  { Condition }: TemplateResource,
  stack: OpenStack,
  stacks: OpenStack[],
): boolean {
  return !Condition || scopeOf(stack, stacks, `stack ${stack.name}`).condition(Condition);
}

async function create(
  logicalId: string,
  resource: TemplateResource,
  stack: OpenStack,
  stacks: OpenStack[],
  cloud: Cloud,
): Promise<CreatedResource> {
  const where = nameOf(logicalId, resource, stack);
  const { inert, emulated } = typeOf(resource.Type, where);
  if (inert) {
    cloud.declared.resources.push(listInert({ stack, logicalId, resource }));
    return createInert(inert, { logicalId, stack });
  }

  const support = supportedProperties(emulated);
  // Ignored properties are not evaluated: they may contain unsupported intrinsic functions.
  const declared = support
    ? withoutIgnored(resource.Properties ?? {}, support)
    : resource.Properties;
  const evaluated = evaluate(declared ?? {}, scopeOf(stack, stacks, where)) ?? {};
  if (support) refuseUnsupported(evaluated, support, where);
  const properties = resolveDynamicReferences(evaluated, cloud.services.secrets.valueOf, where);
  if (!isObject(properties))
    throw new StartError(`${where} has properties that are not an object.`);
  const created = await emulated.create({
    cloud,
    type: resource.Type,
    logicalId,
    stack,
    where,
    properties,
    read: propertyReader(properties, where),
    assets: stack.assets,
  });
  cloud.declared.resources.push(listEmulated({ stack, logicalId, resource }, created, support));
  return created;
}
