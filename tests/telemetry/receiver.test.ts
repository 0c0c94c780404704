import { createBackend, loadConfig, type SpanRecord } from "autotel-mcp";
import { expect, it, onTestFinished, vi } from "vitest";
import { freePort } from "../../packages/local/src/shared/free-port.ts";
import { read } from "../routes/support.ts";
import { tracedApi } from "./traced-api.ts";

/** A third-party collector, which reads OTLP as its authors understand it, and shows what it has read. */
async function thirdPartyCollector() {
  const port = await freePort();
  const { backend, start, stop } = await createBackend(
    loadConfig(["--backend", "collector", "--collector-port", `${port}`]),
  );
  await start();
  onTestFinished(stop);
  return { endpoint: `http://127.0.0.1:${port}`, backend };
}

/** Each span as the path from the top of its trace to it: `browser click > api GET > api select`. */
function pathsIn(spans: readonly SpanRecord[]): string[] {
  const pathOf = ({ serviceName, operationName, parentSpanId }: SpanRecord): string => {
    const parent = spans.find(({ spanId }) => spanId === parentSpanId);
    if (parentSpanId && !parent) throw new Error(`${operationName} has lost its parent`);
    return `${parent ? `${pathOf(parent)} > ` : ""}${serviceName} ${operationName}`;
  };
  return spans.map(pathOf).sort();
}

const ACME_TRACE = "0af7651916cd43dd8448eb211c80319c";
const GLOBEX_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

it("a third-party collector shows a request as one tree, and finds it by its tenant", async () => {
  const { endpoint, backend } = await thirdPartyCollector();
  const { flush, person: newPerson } = await tracedApi(endpoint);
  const [ada, bob] = [await newPerson("ada"), await newPerson("bob")];
  const begun = Date.now();
  for (const [person, traceId, click] of [
    [ada, ACME_TRACE, "b7ad6b7169203331"],
    [bob, GLOBEX_TRACE, "00f067aa0ba902b7"],
  ] as const) {
    const headers = {
      traceparent: `00-${traceId}-${click}-01`,
      "x-click": `open projects;t=${begun - 40}`,
    };
    await read(await person.get("/v1/projects", headers));
  }
  await flush();

  const trace = await vi.waitUntil(() => backend.getTrace(ACME_TRACE), 15_000);
  const request = "browser click open projects > api GET /v1/projects";
  expect(pathsIn(trace?.spans ?? [])).toEqual([
    "browser click open projects",
    request,
    `${request} > api transaction`,
    `${request} > api transaction > api app.open_session`,
    `${request} > api transaction > api select app.projects`,
  ]);
  for (const span of trace?.spans ?? []) {
    expect(span).toMatchObject({ hasError: false, tags: { "tenant.id": ada.person.tenantId } });
    expect(span.durationMs).toBeGreaterThanOrEqual(0);
    expect(Math.abs(span.startTimeUnixMs - begun)).toBeLessThan(60_000);
  }

  const tags = { "tenant.id": bob.person.tenantId };
  const { items } = await backend.searchTraces({ tags });
  expect(items.map(({ traceId }) => traceId)).toEqual([GLOBEX_TRACE]);
});
