import {
  Alarm,
  type AlarmBase,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";

export interface AlarmText {
  /** What happened, and the first thing to do about it. */
  readonly summary: string;
  /** The page in docs/runbooks, without `.md`. */
  readonly runbook: string;
}

export interface AlarmProps extends AlarmText {
  readonly topic: ITopic;
  readonly metric: IMetric;
  /** In alarm from this value on; with `below`, under it. */
  readonly threshold: number;
  /** @default false */
  readonly below?: boolean;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
  /** @default TreatMissingData.NOT_BREACHING */
  readonly missingData?: TreatMissingData;
}

/** An alarm that notifies the topic and names its runbook. */
export function createAlarm(scope: Construct, id: string, props: AlarmProps): Alarm {
  const alarm = createChildAlarm(scope, id, props);
  notify(alarm, props.topic);
  return alarm;
}

/** An alarm for a composite alarm. It has no action of its own. */
export function createChildAlarm(
  scope: Construct,
  id: string,
  props: Omit<AlarmProps, "topic">,
): Alarm {
  const { metric, threshold, below = false, periods = 1, missingData } = props;
  return new Alarm(scope, id, {
    alarmDescription: descriptionOf(props),
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: below
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: missingData ?? TreatMissingData.NOT_BREACHING,
  });
}

export const notify = (alarm: AlarmBase, topic: ITopic) =>
  alarm.addAlarmAction(new SnsAction(topic));

export const descriptionOf = ({ summary, runbook }: AlarmText) =>
  `${summary} Runbook: docs/runbooks/${runbook}.md`;
