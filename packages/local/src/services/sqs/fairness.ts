/** A group that holds more than this share of the messages in flight is noisy, if it holds at least LEAST of them. */
const SHARE = 0.1;
const LEAST = 30;

/**
 * The groups whose messages wait until no quiet group has any. Nothing is limited: a noisy group that is alone
 * is served at full speed. Source: SQS developer guide, "Amazon SQS fair queues".
 */
export function noisyGroups(
  inFlight: readonly { groupId: string | null; count: number }[],
): string[] {
  const total = inFlight.reduce((sum, { count }) => sum + count, 0);
  return inFlight.flatMap(({ groupId, count }) =>
    groupId !== null && count >= LEAST && count > SHARE * total ? [groupId] : [],
  );
}
