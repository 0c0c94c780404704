import { parseClick, parseTraceparent } from "@bulkhead/telemetry";
import { describe, expect, it } from "vitest";
import { parseTracestate } from "../../packages/telemetry/src/otlp/tracestate.ts";
import { newTraceId } from "../../packages/telemetry/src/trace/ids.ts";
import { isSampled } from "../../packages/telemetry/src/trace/sampling.ts";
import { fromXrayId, toXrayId } from "../../packages/telemetry/src/trace/xray.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

describe("traceparent", () => {
  it("is read as W3C writes it, a later version by what it shares with this one", () => {
    const place = { traceId: TRACE, spanId: SPAN, sampled: true };
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual(place);
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)).toEqual({ ...place, sampled: false });
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-ff`)).toEqual(place);
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes`)).toEqual(place);
  });

  it.each([
    ["nothing", ""],
    ["no trace", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["no span", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["the forbidden version", `ff-${TRACE}-${SPAN}-01`],
    ["more than version 00 has", `00-${TRACE}-${SPAN}-01-more`],
    ["a tail without its dash", `cc-${TRACE}-${SPAN}-01more`],
    ["capitals", `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ["a short trace", `00-${TRACE.slice(1)}-${SPAN}-01`],
    ["what is not hex", `00-${TRACE.replace("a", "g")}-${SPAN}-01`],
    ["two of them", `00-${TRACE}-${SPAN}-01,00-${TRACE}-${SPAN}-01`],
    ["an injection", `00-${TRACE}-${SPAN}-01'); drop table`],
  ])("with %s is none", (_, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  it("has vendors' members beside it, handed on whole or not at all", () => {
    const handedOn = (header: string) => parseTracestate(header)?.serialize();
    expect(handedOn("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")).toBe(
      "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
    );
    expect(handedOn(" a=1 , ,fw529a3039@dt=x ")).toBe("a=1,fw529a3039@dt=x");
    for (const bad of ["a", "A=1", "a=1,a=2", `a=${"x".repeat(600)}`, "a=\u00e9", ","]) {
      expect(handedOn(bad)).toBeUndefined();
    }
    const many = Array.from({ length: 33 }, (_, index) => `k${index}=1`).join();
    expect(handedOn(many)).toBeUndefined();
  });
});

describe("a click", () => {
  const now = 1_795_000_000_000;

  it("happened at most a minute ago, and not in the future", () => {
    const at = (t: number) => parseClick(`export;t=${t}`, now)?.atMilliseconds;
    expect(at(now - 250)).toBe(now - 250);
    expect(at(now + 90_000)).toBe(now);
    expect(at(now - 3_600_000)).toBe(now - 60_000);
  });

  it.each([
    "",
    "x",
    ";t=1795000000000",
    "a;t=1",
    "a;t=1795000000000;b",
    "a\u0000;t=1795000000000",
    "<script>;t=1795000000000",
    `${"a".repeat(65)};t=1795000000000`,
    "ada@example.test;t=1795000000000",
  ])("is not made up from %j", (header) => {
    expect(parseClick(header, now)).toBeUndefined();
  });
});

describe("a trace's id", () => {
  it("is X-Ray's as well, and comes back from there", () => {
    const id = newTraceId();
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(fromXrayId(toXrayId(id))).toBe(id);
    expect(Number.parseInt(id.slice(0, 8), 16) - Date.now() / 1000).toBeCloseTo(0, -1);
    expect(fromXrayId("1-nonsense")).toBeUndefined();
  });

  it("decides whether it is kept, by as many as were asked for", () => {
    const ids = Array.from({ length: 4_000 }, newTraceId);
    const kept = (ratio: number) => ids.filter((id) => isSampled(id, ratio)).length;
    expect(kept(0)).toBe(0);
    expect(kept(1)).toBe(4_000);
    expect(kept(0.25)).toBeGreaterThan(850);
    expect(kept(0.25)).toBeLessThan(1_150);
    // A lower share keeps none that a higher one does not.
    const few = ids.filter((id) => isSampled(id, 0.1));
    expect(few.every((id) => isSampled(id, 0.25))).toBe(true);
  });
});
