import type { LambdaFunction } from "../lambda/function.ts";
import { StartError } from "../shared/start-error.ts";
import type { ResourceContext } from "./resource-type.ts";

/** @throws StartError when the name or ARN leads to no function of this cloud. */
export function functionOf({ cloud, where }: ResourceContext, nameOrArn: string): LambdaFunction {
  const found = cloud.fleet.find(nameOrArn);
  if (!found) throw new StartError(`${where}: ${nameOrArn} is no function of this cloud.`);
  return found;
}
