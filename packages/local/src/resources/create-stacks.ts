import type { AssembledStack } from "../assembly/assembly.ts";
import { isObject } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { resolveDynamicReferences } from "../template/dynamic-references.ts";
import { evaluate } from "../template/evaluate.ts";
import { creationOrder } from "../template/order.ts";
import type { CreatedResource, TemplateResource } from "../template/template.ts";
import type { Cloud } from "./cloud.ts";
import { makeInert } from "./inert.ts";
import { listActing, listInert, listLeftOut, listRefused } from "./listed.ts";
import { propertyReader, refuseUnknown, withoutIgnored } from "./properties.ts";
import { knownProperties, typeOf } from "./registry.ts";
import { type OpenStack, scopeOf } from "./scope.ts";

export const ACCOUNT = "000000000000";

/** For stacks that fit every region. */
const DEFAULT_REGION = "us-east-1";

/** Where the services are. */
export const regionOf = (stacks: readonly AssembledStack[]): string =>
  stacks.find((stack) => stack.region)?.region ?? DEFAULT_REGION;

/**
 * Makes every resource of every stack, in the order of their dependencies. A type that is not known
 * is refused before the first one is made.
 */
export async function createStacks(
  assembled: readonly AssembledStack[],
  cloud: Cloud,
): Promise<void> {
  const stacks = assembled.map(open);
  for (const stack of stacks) {
    for (const [logicalId, resource] of Object.entries(stack.template.Resources)) {
      refuseUnknownType(logicalId, resource, stack, cloud);
    }
  }
  for (const stack of stacks) {
    for (const logicalId of creationOrder(stack.template)) {
      const resource = stack.template.Resources[logicalId];
      if (!resource) continue;
      if (!isWanted(resource, stack, stacks)) {
        cloud.declared.resources.push(listLeftOut({ stack, logicalId, resource }));
        continue;
      }
      stack.made.set(logicalId, await make(logicalId, resource, stack, stacks, cloud));
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
    const why = "the local cloud does not know this type";
    declared.resources.push(listRefused({ stack, logicalId, resource }, why));
    throw error;
  }
}

function open(stack: AssembledStack): OpenStack {
  const region = stack.region ?? DEFAULT_REGION;
  const id = `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${stack.name}/local`;
  return { ...stack, id, region, account: ACCOUNT, made: new Map() };
}

const nameOf = (logicalId: string, { Type }: TemplateResource, { name }: OpenStack) =>
  `${Type} ${logicalId} (stack ${name})`;

function isWanted({ Condition }: TemplateResource, stack: OpenStack, stacks: OpenStack[]): boolean {
  return !Condition || scopeOf(stack, stacks, `stack ${stack.name}`).condition(Condition);
}

async function make(
  logicalId: string,
  resource: TemplateResource,
  stack: OpenStack,
  stacks: OpenStack[],
  cloud: Cloud,
): Promise<CreatedResource> {
  const where = nameOf(logicalId, resource, stack);
  const { inert, acting } = typeOf(resource.Type, where);
  if (inert) {
    cloud.declared.resources.push(listInert({ stack, logicalId, resource }));
    return makeInert(inert, { logicalId, stack });
  }

  const known = knownProperties(acting);
  // What is ignored may say anything, in intrinsic functions that are not known here too.
  const declared = known ? withoutIgnored(resource.Properties ?? {}, known) : resource.Properties;
  const evaluated = evaluate(declared ?? {}, scopeOf(stack, stacks, where)) ?? {};
  if (known) refuseUnknown(evaluated, known, where);
  const properties = resolveDynamicReferences(evaluated, cloud.services.secrets.valueOf, where);
  if (!isObject(properties)) throw new StartError(`${where} has properties that are no object.`);
  const made = await acting.make({
    cloud,
    type: resource.Type,
    logicalId,
    stack,
    where,
    properties,
    read: propertyReader(properties, where),
    assets: stack.assets,
  });
  cloud.declared.resources.push(listActing({ stack, logicalId, resource }, made, known));
  return made;
}
