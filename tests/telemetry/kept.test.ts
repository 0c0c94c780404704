import { failed, inSpan, inWork, observeDatabase } from "@bulkhead/telemetry";
import { describe, expect, it } from "vitest";
import { collector } from "./collector.ts";
import { exporting } from "./support.ts";

const work = { name: "sweep", kind: "consumer", scope: "sweep", requestId: "r-1" } as const;

describe("spans", () => {
  it("of statements are made when the work is over, if its trace is kept then", async () => {
    const sink = await collector();
    const { flush } = exporting(sink.endpoint, "sweeper", { OTEL_TRACES_SAMPLER_ARG: 0 });
    const asked = async () =>
      observeDatabase({
        commands: [{ text: "reset all" }, { text: "select 1" }],
        outcome: { rows: [[], [["1"]]] },
        begunAt: 1,
        endedAt: 2,
      });
    await inWork(work, asked);
    await inWork(work, async () => {
      await asked();
      failed({ code: "57P01" });
    });
    await flush();
    const spans = sink.spans();
    expect(spans.map(({ name }) => name).toSorted()).toEqual(["select 1", "sweep", "transaction"]);
    const named = (wanted: string) => spans.find(({ name }) => name === wanted);
    expect(named("transaction")?.parentSpanId).toBe(named("sweep")?.spanId);
    expect(named("select 1")).toMatchObject({
      parentSpanId: named("transaction")?.spanId,
      attributes: { "db.response.returned_rows": "1" },
    });
  });

  it("of a trace that is not kept stay here, unless it fails", async () => {
    const sink = await collector();
    const { flush } = exporting(sink.endpoint, "sweeper", { OTEL_TRACES_SAMPLER_ARG: 0 });
    await inWork(work, async () => {});
    await inWork(work, () => inSpan("step", "internal", {}, async () => failed({ code: "57P01" })));
    await flush();
    expect(sink.spans().map(({ name, status }) => [name, status.message])).toEqual([
      ["sweep", undefined],
      ["step", "57P01"],
    ]);

    const parent = {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      sampled: true,
    };
    await inWork({ ...work, parent }, async () => {});
    await flush();
    expect(sink.spans().at(-1)).toMatchObject({
      traceId: parent.traceId,
      parentSpanId: parent.spanId,
    });
  });
});
