import { expect, it } from "vitest";
import { treeOf } from "../../../packages/local/src/pages/trace-tree.ts";
import { readTraceId } from "../../../packages/local/src/pages/traces.ts";
import type { OtlpSpan } from "../../../packages/local/src/services/index.ts";
import { pages } from "../support/pages.ts";
import { attributes, request, send, span, TRACE } from "../support/spans.ts";

const ACME = "11111111-1111-4111-8111-111111111111";

/** A click, its request with a statement and a message, and the job of the message. */
async function sendTrace() {
  const cloud = await pages({});
  const at = (id: number, parent: number | undefined, name: string, kind: number, more = {}) =>
    span({
      spanId: `${id}`.padStart(16, "0"),
      ...(parent && { parentSpanId: `${parent}`.padStart(16, "0") }),
      name,
      kind,
      startTimeUnixNano: `17956628547480${id}0000`,
      attributes: attributes({ "tenant.id": ACME, ...more }),
    });
  const statement = { "db.query.text": "select id from app.projects", "request.id": "r-1" };
  // Each process sends its own spans, and the worker's may arrive first.
  const { endpoint } = cloud.services.otlp;
  const job = at(15, 14, "job project.export", 5, { "job.id": "j-1" });
  await send(endpoint, request([job, at(16, 15, "update app.jobs", 3)], "worker"));
  const server = at(12, 11, "POST /v1/projects", 2);
  const producer = at(14, 12, "send jobs", 4);
  await send(endpoint, request([server, at(13, 12, "select", 3, statement), producer], "api"));
  await send(endpoint, request([at(11, undefined, "click Export", 1)], "browser"));
  return cloud;
}

it("shows click, request, statements, queue and worker as one tree", async () => {
  const { ask } = await sendTrace();
  const { tree } = JSON.parse((await ask(`/traces/${TRACE}`, { accept: "" })).body);
  const outline = tree.map(({ span, depth }: { span: OtlpSpan; depth: number }) => [
    depth,
    span.service,
    span.name,
  ]);
  expect(outline).toEqual([
    [0, "browser", "click Export"],
    [1, "api", "POST /v1/projects"],
    [2, "api", "select"],
    [2, "api", "send jobs"],
    [3, "worker", "job project.export"],
    [4, "worker", "update app.jobs"],
  ]);
  const { body } = await ask(`/traces/${TRACE}`);
  const places = outline.map(([, , name]: [number, string, string]) => body.indexOf(` ${name}`));
  expect(places).toEqual([...places].sort((left, right) => left - right));
  expect(body).toContain("select id from app.projects");
});

it("finds a trace by its id in any form, and traces by tenant", async () => {
  const { ask } = await sendTrace();
  const forms = [
    TRACE,
    `00-${TRACE}-00f067aa0ba902b7-01`,
    "Root=1-0af76519-16cd43dd8448eb211c80319c",
  ];
  for (const form of forms) {
    const found = await ask(`/traces?id=${encodeURIComponent(form)}`);
    expect(found.headers.get("location")).toBe(`/_local/traces/${TRACE}`);
  }
  expect(readTraceId("nothing of it")).toBeUndefined();

  const of = async (tenant: string) =>
    JSON.parse((await ask(`/traces?tenant=${tenant}`, { accept: "" })).body);
  expect(await of(ACME)).toMatchObject([{ traceId: TRACE, name: "click Export", tenants: [ACME] }]);
  expect(await of("22222222-2222-4222-8222-222222222222")).toEqual([]);
});

it("shows the log lines of a trace", async () => {
  const { ask, logStore } = await sendTrace();
  logStore.add("api", JSON.stringify({ message: "exported", traceId: TRACE }));
  logStore.add("api", "something else");
  const { body } = await ask(`/traces/${TRACE}`);
  expect(body).toContain("exported");
  expect(body).not.toContain("something else");
});

const spanWith = (spanId: string, parentSpanId?: string) => ({ spanId, parentSpanId }) as OtlpSpan;

it("shows orphans and cycles of spans at the top", () => {
  const rows = treeOf([
    spanWith("a", "gone"),
    spanWith("b", "a"),
    spanWith("c", "d"),
    spanWith("d", "c"),
  ]);
  expect(rows.map(({ span, depth }) => `${depth}${span.spanId}`)).toEqual(["0a", "1b", "0c", "1d"]);
  expect(rows[0]?.orphan).toBe(true);
});

it("renders a trace of any depth", () => {
  const deep = Array.from({ length: 2_000 }, (_, at) =>
    spanWith(`${at}`, at ? `${at - 1}` : undefined),
  );
  expect(treeOf(deep).at(-1)?.depth).toBe(1_999);
});
