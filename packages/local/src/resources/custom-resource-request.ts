import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { LambdaFunction } from "../lambda/function.ts";
import { isObject, type Json, type JsonObject } from "../shared/json.ts";
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

type ProviderResponse = { physicalId: string; attributes: Record<string, Json> };

// A provider answers before its function returns. Whatever is later than this never comes.
const AFTER_RETURN_MILLISECONDS = 1_000;

/**
 * Sends one request to a custom resource's function and waits for what it puts to the response URL.
 *
 * @throws StartError when the answer is FAILED, or the function ended or ran out of time without one.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requesttypes.html
 */
export async function askProvider(
  resource: CustomResource,
  event: JsonObject,
): Promise<ProviderResponse> {
  const inbox = await openInbox();
  const name = `${resource.type} ${resource.logicalId} (stack ${resource.stackName})`;
  const failed = (why: string) => new StartError(`${event.RequestType} of ${name} failed: ${why}`);
  const patience = new AbortController();
  const wait = (milliseconds: number) =>
    sleep(milliseconds, undefined, { signal: patience.signal, ref: false }).catch(() => undefined);

  try {
    const returned = resource.provider
      .invoke({ ...event, ResponseURL: inbox.url })
      .then(async (outcome) => {
        if (!outcome.ok) throw failed(`${outcome.errorType}: ${outcome.errorMessage}`);
        await wait(AFTER_RETURN_MILLISECONDS);
        throw failed("its function ended without an answer to the ResponseURL.");
      });
    const late = wait(resource.timeoutSeconds * 1000).then(() => {
      throw failed(`no answer came within ${resource.timeoutSeconds} seconds.`);
    });
    returned.catch(() => {});
    late.catch(() => {});

    const answer = await Promise.race([inbox.answer, returned, late]);
    if (answer.Status !== "SUCCESS") throw failed(String(answer.Reason ?? "no reason was given."));
    const physicalId = String(answer.PhysicalResourceId ?? event.PhysicalResourceId ?? "");
    if (!physicalId) throw failed("the answer has no PhysicalResourceId.");
    return { physicalId, attributes: isObject(answer.Data) ? answer.Data : {} };
  } finally {
    patience.abort();
    inbox.close();
  }
}

/** A URL that takes one PUT, as the presigned one that CloudFormation gives. */
async function openInbox() {
  let take: (answer: JsonObject) => void;
  const answer = new Promise<JsonObject>((resolve) => {
    take = resolve;
  });
  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse(await text(request).then((it) => it || "null"));
    const good = request.method === "PUT" && isObject(body);
    response.writeHead(good ? 200 : 400).end();
    if (good) take(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/answer`,
    answer,
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
}
