import { parseSchedule } from "../events/schedule-expression.ts";
import type { ScheduleSpec } from "../events/scheduler.ts";
import { isObject, type Json, type JsonObject } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { made } from "./created.ts";
import { arnOf, physicalName } from "./naming.ts";
import { ignored, refuseUnknown, supported } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";
import { functionOf } from "./targets.ts";

const people = ignored("it is for people");
const retries = ignored("Lambda's own two retries are made");

export const eventsRule: EmulatedType = {
  type: "AWS::Events::Rule",
  properties: {
    Name: supported,
    ScheduleExpression: supported,
    State: supported,
    Targets: { Arn: supported, Id: supported, Input: supported, RetryPolicy: retries },
    Description: people,
  },
  make(making) {
    const { read } = making;
    const name = read.optionalText("Name") ?? physicalName(making, 64);
    const arn = arnOf(making, "events", `rule/${name}`);
    for (const target of read.list("Targets")) {
      if (isObject(target)) declare(making, arn, "aws.events", target);
    }
    return made(making, name, { Arn: arn });
  },
};

export const schedulerSchedule: EmulatedType = {
  type: "AWS::Scheduler::Schedule",
  properties: {
    Name: supported,
    ScheduleExpression: supported,
    ScheduleExpressionTimezone: supported,
    State: supported,
    FlexibleTimeWindow: supported,
    Target: {
      Arn: supported,
      Input: supported,
      RetryPolicy: retries,
      RoleArn: ignored("permissions are not evaluated"),
    },
    Description: people,
    KmsKeyArn: ignored("nothing is encrypted with a key"),
  },
  make(making) {
    const { read } = making;
    read.only("ScheduleExpressionTimezone", "UTC", "Etc/UTC");
    refuseUnknown(read.object("FlexibleTimeWindow"), { Mode: supported }, making.where);
    const name = read.optionalText("Name") ?? physicalName(making, 64);
    const arn = arnOf(making, "scheduler", `schedule/default/${name}`);
    declare(making, arn, "aws.scheduler", read.object("Target"));
    return made(making, name, { Arn: arn });
  },
};

function declare(
  making: ResourceContext,
  arn: string,
  source: ScheduleSpec["source"],
  target: JsonObject,
): void {
  const { read, cloud, logicalId, where } = making;
  const expression = read.text("ScheduleExpression");
  cloud.declared.schedules.push({
    logicalId,
    arn,
    source,
    expression,
    schedule: readable(expression, where),
    enabled: read.optionalText("State") !== "DISABLED",
    target: functionOf(making, String(target.Arn)),
    ...(typeof target.Input === "string" && { input: JSON.parse(target.Input) as Json }),
  });
}

function readable(expression: string, where: string) {
  try {
    return parseSchedule(expression);
  } catch (error) {
    throw new StartError(`${where}: ${(error as Error).message}.`);
  }
}
