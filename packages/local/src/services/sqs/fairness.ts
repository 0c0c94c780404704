/** A group is noisy with more than this share, and at least MINIMUM, of the messages in flight. */
const SHARE = 0.1;
const MINIMUM = 30;

/**
 * The groups whose messages wait until no quiet group has any. A noisy group that is alone is served at full
 * speed. Source: SQS developer guide, "Amazon SQS fair queues".
 */
export function noisyGroups(
  inFlight: readonly { groupId: string | null; count: number }[],
): string[] {
  const total = inFlight.reduce((sum, { count }) => sum + count, 0);
  return inFlight.flatMap(({ groupId, count }) =>
    groupId !== null && count >= MINIMUM && count > SHARE * total ? [groupId] : [],
  );
}
