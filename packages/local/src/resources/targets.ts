import type { LambdaFunction } from "../lambda/function.ts";
import { StartError } from "../shared/start-error.ts";
import type { ResourceContext } from "./resource-type.ts";

/** @throws StartError when no function of this cloud has the name or ARN. */
export function functionOf({ cloud, where }: ResourceContext, nameOrArn: string): LambdaFunction {
  const found = cloud.fleet.find(nameOrArn);
  if (!found) throw new StartError(`${where}: ${nameOrArn} is not a function of this cloud.`);
  return found;
}
