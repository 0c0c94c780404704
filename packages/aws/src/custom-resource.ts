import type { CloudFormationCustomResourceEvent } from "aws-lambda";

export type Verdict = { Status: "SUCCESS" } | { Status: "FAILED"; Reason: string };

/** CloudFormation reads no more than 4 KB of an answer. */
const REASON_LENGTH = 2_000;

/**
 * Sends CloudFormation the result of a custom resource. It waits for this answer and for nothing else.
 *
 * @param physicalId the same one in every answer about the same thing: to another id than the last
 * one's, CloudFormation answers with a Delete of the last one's.
 * @throws Error when the answer is not taken; Lambda then invokes the function again.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export async function answerCloudFormation(
  event: CloudFormationCustomResourceEvent,
  physicalId: string,
  verdict: Verdict,
): Promise<void> {
  const body = JSON.stringify({
    ...verdict,
    ...("Reason" in verdict && { Reason: verdict.Reason.slice(0, REASON_LENGTH) }),
    PhysicalResourceId: physicalId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  });
  // The URL is signed for an empty content type.
  const response = await fetch(event.ResponseURL, {
    method: "PUT",
    body,
    headers: { "content-type": "" },
  });
  if (!response.ok) throw new Error(`CloudFormation refused the answer: HTTP ${response.status}.`);
}
