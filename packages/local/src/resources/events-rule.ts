import { parseSchedule } from "../events/schedule-expression.ts";
import { isObject, type JsonObject, type JsonValue } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { created } from "./created.ts";
import { arnOf, physicalName } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";
import { functionOf } from "./targets.ts";

export const eventsRule: EmulatedType = {
  type: "AWS::Events::Rule",
  properties: {
    Name: supported,
    ScheduleExpression: supported,
    State: supported,
    Targets: {
      Arn: supported,
      Id: supported,
      Input: supported,
      RetryPolicy: ignored("Lambda's own two retries apply"),
    },
    Description: ignored("documentation only"),
  },
  create(context) {
    const { read } = context;
    const name = read.optionalText("Name") ?? physicalName(context, 64);
    const arn = arnOf(context, "events", `rule/${name}`);
    for (const target of read.list("Targets")) {
      if (isObject(target)) addSchedule(context, arn, target);
    }
    return created(context, name, { Arn: arn });
  },
};

function addSchedule(context: ResourceContext, arn: string, target: JsonObject): void {
  const { read, cloud, logicalId, where } = context;
  const expression = read.text("ScheduleExpression");
  cloud.declared.schedules.push({
    logicalId,
    arn,
    expression,
    schedule: scheduleOf(expression, where),
    enabled: read.optionalText("State") !== "DISABLED",
    target: functionOf(context, String(target.Arn)),
    ...(typeof target.Input === "string" && { input: JSON.parse(target.Input) as JsonValue }),
  });
}

function scheduleOf(expression: string, where: string) {
  try {
    return parseSchedule(expression);
  } catch (error) {
    throw new StartError(`${where}: ${(error as Error).message}.`);
  }
}
