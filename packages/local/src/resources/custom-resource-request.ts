import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { LambdaFunction } from "../lambda/function.ts";
import { isObject, type JsonObject, type JsonValue } from "../shared/json.ts";
import { listen } from "../shared/listen.ts";
import { StartError } from "../shared/start-error.ts";

export type CustomResource = {
  stackName: string;
  stackId: string;
  logicalId: string;
  type: string;
  properties: JsonObject;
  provider: LambdaFunction;
  serviceToken: string;
  timeoutSeconds: number;
};

type ProviderResponse = { physicalId: string; attributes: Record<string, JsonValue> };

// A provider responds before its function returns. A later response is not expected.
const AFTER_RETURN_MILLISECONDS = 1_000;

/**
 * Sends one request to a custom resource's provider and waits for the PUT to its response URL.
 *
 * @throws StartError when the response is FAILED, or the function ends or times out without one.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requesttypes.html
 */
export async function invokeProvider(
  resource: CustomResource,
  event: JsonObject,
): Promise<ProviderResponse> {
  const responseUrl = await openResponseUrl();
  const name = `${resource.type} ${resource.logicalId} (stack ${resource.stackName})`;
  const failed = (why: string) => new StartError(`${event.RequestType} of ${name} failed: ${why}`);
  const finished = new AbortController();
  const wait = (milliseconds: number) =>
    sleep(milliseconds, undefined, { signal: finished.signal, ref: false }).catch(() => undefined);

  try {
    const returned = resource.provider
      .invoke({ ...event, ResponseURL: responseUrl.url })
      .then(async (result) => {
        if (!result.ok) throw failed(`${result.errorType}: ${result.errorMessage}`);
        await wait(AFTER_RETURN_MILLISECONDS);
        throw failed("its function ended without a response to the ResponseURL.");
      });
    const late = wait(resource.timeoutSeconds * 1000).then(() => {
      throw failed(`no response within ${resource.timeoutSeconds} seconds.`);
    });
    returned.catch(() => {});
    late.catch(() => {});

    const response = await Promise.race([responseUrl.response, returned, late]);
    if (response.Status !== "SUCCESS")
      throw failed(String(response.Reason ?? "no reason was given."));
    const physicalId = String(response.PhysicalResourceId ?? event.PhysicalResourceId ?? "");
    if (!physicalId) throw failed("the response has no PhysicalResourceId.");
    return { physicalId, attributes: isObject(response.Data) ? response.Data : {} };
  } finally {
    finished.abort();
    void responseUrl.close();
  }
}

/** A URL for one PUT, like the presigned URL that CloudFormation provides. */
async function openResponseUrl() {
  const received = Promise.withResolvers<JsonObject>();
  const server = await listen(async (request, response) => {
    const body: unknown = JSON.parse(await text(request).then((it) => it || "null"));
    const valid = request.method === "PUT" && isObject(body);
    response.writeHead(valid ? 200 : 400).end();
    if (valid) received.resolve(body);
  });
  const url = `${server.endpoint}/response`;
  return { url, response: received.promise, close: server.close };
}
