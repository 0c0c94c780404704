import { isObject } from "../shared/json.ts";

/**
 * Ids of the failed messages of a batch, from the result of a function with ReportBatchItemFailures. As in
 * Lambda, no result or an empty list is success, and a result that is malformed or names a message that
 * was not sent fails the whole batch.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedMessages(payload: string, sent: readonly string[]): Set<string> {
  const result: unknown = JSON.parse(payload);
  if (result === null || result === "") return new Set();
  if (!isObject(result)) return new Set(sent);

  const failures = result.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return new Set(sent);
  const ids = failures.map((item) => (isObject(item) ? item.itemIdentifier : undefined));
  const valid = ids.every((id) => typeof id === "string" && sent.includes(id));
  return new Set(valid ? (ids as string[]) : sent);
}
