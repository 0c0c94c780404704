import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";

export interface BellProps {
  readonly topic: ITopic;
  readonly metric: IMetric;
  /** Rings from this value on. */
  readonly threshold: number;
  /** Periods in a row at or above the threshold. @default 1 */
  readonly periods?: number;
  /** What happened, and what the person who is woken should do. */
  readonly description: string;
}

/** An alarm that rings when a metric reaches its threshold. Silence is good news. */
export function bell(scope: Construct, id: string, props: BellProps): Alarm {
  const alarm = new Alarm(scope, id, {
    alarmDescription: props.description,
    metric: props.metric,
    threshold: props.threshold,
    evaluationPeriods: props.periods ?? 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(props.topic));
  return alarm;
}
