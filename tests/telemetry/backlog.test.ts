import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { context } from "../jobs/outside.ts";
import { cookieOf } from "../routes/support.ts";
import { collector } from "./collector.ts";
import { scene } from "./story.ts";
import { exporting } from "./support.ts";

const secrets = { origin: "the-front-door", auth: "a-secret-of-more-than-thirty-two-characters" };

/** A tenant with one slot, and two exports: the second waits until the first is done. */
async function twoExports() {
  const sink = await collector();
  const { flush } = exporting(sink.endpoint, "product");
  const product = await scene(secrets);
  const ada = await product.database.newPerson("ada");
  await product.database.sql("update auth.tenants set job_limit = 1 where id = $1", [ada.tenantId]);
  const ask = (path: string, traceId: string, body?: object) =>
    product.api.request(path, {
      method: "POST",
      headers: {
        cookie: cookieOf(ada.token).replace("__Secure-", ""),
        "x-origin-secret": secrets.origin,
        "sec-fetch-site": "same-origin",
        "idempotency-key": randomUUID(),
        traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01`,
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const [made, first, second] = ["made", "first", "second"].map(() =>
    randomBytes(16).toString("hex"),
  ) as [string, string, string];
  const { id } = (await (await ask("/v1/projects", made, { name: "Ark" })).json()) as {
    id: string;
  };
  await ask(`/v1/projects/${id}/exports`, first);
  await ask(`/v1/projects/${id}/exports`, second);
  return { ...product, sink, flush, first, second };
}

describe("a job that waited", () => {
  it("goes on in the trace that enqueued it, whichever process sent its token", async () => {
    const { worker, take, flush, sink, first, second } = await twoExports();
    await worker(take(), context());
    const handedOn = take();
    expect(handedOn.Records[0]?.messageAttributes.traceparent?.stringValue).toContain(first);
    await worker(handedOn, context());
    await flush();

    const spans = sink.spans();
    const [, waited] = spans.filter(({ name }) => name === "process project.export");
    const sender = spans.find(
      ({ name, traceId }) => name === "send project.export" && traceId === second,
    );
    expect(waited).toMatchObject({ traceId: second, parentSpanId: sender?.spanId });
    expect(waited?.links?.[0]?.traceId).toBe(first);
    const below = spans.filter(({ parentSpanId }) => parentSpanId === waited?.spanId);
    expect(below.every(({ traceId }) => traceId === second)).toBe(true);
    expect(below.length).toBeGreaterThan(1);
  });

  it("is given up in it as well", async () => {
    const { worker, deadLetters, take, flush, sink, second, database } = await twoExports();
    await worker(take(), context());
    await deadLetters(take(), context());
    await flush();
    const [buried] = sink.spans().filter(({ name }) => name === "give up");
    expect(buried).toMatchObject({ traceId: second });
    const [job] = await database.sql("select state, trace from app.jobs where trace like $1", [
      `%${second}%`,
    ]);
    expect(job).toMatchObject({ state: "failed" });
  });

  it("keeps nothing but a place in a trace", async () => {
    const { database } = await twoExports();
    for (const trace of ["hunter2", `00-${"A".repeat(32)}-${"0".repeat(16)}-01`]) {
      await expect(database.sql("update app.jobs set trace = $1", [trace])).rejects.toMatchObject({
        constraint: "jobs_trace",
      });
    }
  });
});
