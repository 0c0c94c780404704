import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

type Value = { stringValue?: string; intValue?: string };
type Encoded = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Value }[];
  links?: { traceId: string; spanId: string }[];
  status: { code: number; message?: string };
  traceState?: string;
};
export type Received = Omit<Encoded, "attributes"> & {
  service: string;
  attributes: Record<string, string>;
};

/** What a collector does with a request. @default - it takes it */
export type Manner = { status?: number; body?: string; headers?: Record<string, string> };

/** An OTLP/HTTP endpoint that keeps what it is sent, and can be told to misbehave. */
export async function collector() {
  const requests: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const manner: Manner & { silent?: boolean } = {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    requests.push({ path: request.url ?? "", headers: request.headers, body });
    if (manner.silent) return;
    response.writeHead(manner.status ?? 200, {
      "content-type": "application/json",
      ...manner.headers,
    });
    response.end(manner.body ?? "{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    manner,
    close,
    /** Every span so far, in the order of their beginning. */
    spans: () => requests.flatMap(({ body }) => spansIn(body)).sort(byBeginning),
  };
}

export function spansIn(body: string): Received[] {
  const { resourceSpans } = JSON.parse(body) as {
    resourceSpans: {
      resource: { attributes: Encoded["attributes"] };
      scopeSpans: { spans: Encoded[] }[];
    }[];
  };
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = plain(resource.attributes)["service.name"] ?? "";
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, service, attributes: plain(span.attributes) })),
    );
  });
}

const plain = (attributes: Encoded["attributes"]): Record<string, string> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue)]),
  );

const byBeginning = (a: Received, b: Received) =>
  Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano));
