import { isObject } from "../shared/json.ts";

/**
 * Ids of the messages of a batch that failed, read from what a function with
 * ReportBatchItemFailures answered. As in Lambda: no answer or an empty list is success, and an
 * answer that can't be read, or names a message that was not sent, fails the whole batch.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedMessages(payload: string, sent: readonly string[]): Set<string> {
  const answer: unknown = JSON.parse(payload);
  if (answer === null || answer === "") return new Set();
  if (!isObject(answer)) return new Set(sent);

  const failures = answer.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return new Set(sent);
  const ids = failures.map((item) => (isObject(item) ? item.itemIdentifier : undefined));
  const known = ids.every((id) => typeof id === "string" && sent.includes(id));
  return new Set(known ? (ids as string[]) : sent);
}
