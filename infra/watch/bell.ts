import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IAlarm,
  type IMetric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";

export interface Words {
  /** What happened, and the first thing to do about it. */
  readonly says: string;
  /** The page in docs/runbooks that goes on from there, without `.md`. */
  readonly runbook: string;
}

export interface BellProps extends Words {
  readonly topic: ITopic;
  readonly metric: IMetric;
  /** Rings from this value on; with `below`, under it. */
  readonly threshold: number;
  readonly below?: boolean;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
  /** What no data means. @default TreatMissingData.NOT_BREACHING: silence is good news */
  readonly silence?: TreatMissingData;
}

/** An alarm that wakes somebody, and tells them what to do. */
export function bell(scope: Construct, id: string, props: BellProps): Alarm {
  const alarm = part(scope, id, props);
  ring(alarm, props.topic);
  return alarm;
}

/** An alarm that another one is made of. By itself it wakes nobody. */
export function part(scope: Construct, id: string, props: Omit<BellProps, "topic">): Alarm {
  const { metric, threshold, below = false, periods = 1, silence } = props;
  return new Alarm(scope, id, {
    alarmDescription: described(props),
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: below ? LESS : AT_LEAST,
    treatMissingData: silence ?? TreatMissingData.NOT_BREACHING,
  } satisfies AlarmProps);
}

const LESS = ComparisonOperator.LESS_THAN_THRESHOLD;
const AT_LEAST = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;

export const ring = (alarm: IAlarm & { addAlarmAction: Alarm["addAlarmAction"] }, topic: ITopic) =>
  alarm.addAlarmAction(new SnsAction(topic));

export const described = ({ says, runbook }: Words) =>
  `${says} Runbook: docs/runbooks/${runbook}.md`;
