import { describe, expect, it } from "vitest";
import { summaryOf } from "../../packages/telemetry/src/database.ts";
import { read } from "../routes/support.ts";
import { collector, type Received } from "./collector.ts";
import { tracedApi } from "./traced-api.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CLICK = "b7ad6b7169203331";

const named = (spans: Received[], name: string) => {
  const found = spans.find((span) => span.name === name);
  if (!found) throw new Error(`No span is called ${name}: ${spans.map((span) => span.name)}`);
  return found;
};

describe("a request", () => {
  it("is a span below the click it comes of, and above its transaction and statements", async () => {
    const sink = await collector();
    const { flush, person } = await tracedApi(sink.endpoint);
    const ada = await person("ada");
    const begun = Date.now();
    const answer = await ada.get("/v1/projects", {
      traceparent: `00-${TRACE}-${CLICK}-01`,
      "x-click": `open projects;t=${begun - 40}`,
      "x-request-id": "r-1",
    });
    await read(answer);
    await flush();

    expect(answer.headers.get("x-trace-id")).toBe(TRACE);
    const spans = sink.spans();
    expect(spans.every(({ traceId }) => traceId === TRACE)).toBe(true);
    const click = named(spans, "click open projects");
    const server = named(spans, "GET /v1/projects");
    const transaction = named(spans, "transaction");
    expect(click).toMatchObject({ spanId: CLICK, service: "browser" });
    expect(click.parentSpanId).toBeUndefined();
    expect(server).toMatchObject({ parentSpanId: CLICK, service: "api", kind: 2 });
    expect(transaction.parentSpanId).toBe(server.spanId);
    expect(Number(click.startTimeUnixNano) / 1e6).toBeCloseTo(begun - 40, -2);
    expect(click.endTimeUnixNano).toBe(server.endTimeUnixNano);

    const statements = spans.filter(({ parentSpanId }) => parentSpanId === transaction.spanId);
    expect(statements.map(({ name }) => name)).toEqual(["app.open_session", "select app.projects"]);
    expect(statements[1]?.attributes).toMatchObject({
      "db.system.name": "postgresql",
      "db.response.returned_rows": "1",
      "tenant.id": ada.person.tenantId,
      "request.id": "r-1",
    });
    expect(server.attributes["bulkhead.actor"]).toBe(`user:${ada.person.userId}`);
    for (const span of spans) expect(span.attributes["tenant.id"]).toBe(ada.person.tenantId);
  });
});

describe("a statement", () => {
  it.each([
    ["insert app.projects", 'insert into "app"."projects" ("id") values ($1)'],
    ["select app.projects", 'select "id" from "app"."projects" where "id" = $1'],
    ["app.open_session", "select app.open_session($1, $2, $3, $4)"],
    ["select set_config", "select set_config('app.trace', $1, true)"],
    ["alter role", "alter role bulkhead_api reset all"],
  ])("is called %s, and never by a value", (name, text) => {
    expect(summaryOf(text)).toBe(name);
  });
});
