import { describe, expect, it } from "vitest";
import { attributesOf, attributesText } from "../../packages/console/src/lib/attributes.ts";
import { clickHeaders, startClick } from "../../packages/console/src/lib/click.ts";
import { diffRows } from "../../packages/console/src/lib/diff.ts";
import {
  deviceName,
  duration,
  formatBytes,
  relativeTime,
} from "../../packages/console/src/lib/format.ts";
import { createIdempotencyKey } from "../../packages/console/src/lib/idempotency-key.ts";
import {
  asProblem,
  networkProblem,
  problemFromResponse,
} from "../../packages/console/src/lib/problem.ts";
import { slugOf } from "../../packages/console/src/lib/slug.ts";
import { createUnsavedChanges } from "../../packages/console/src/lib/unsaved-changes.ts";

describe("a click", () => {
  it("is one trace for all its requests, in the W3C format", () => {
    const click = startClick("project.create", 1_700_000_000_123.7);
    const { traceparent, "x-click": named } = clickHeaders(click);
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(named).toBe("project.create;t=1700000000124");
    expect(clickHeaders(click)).toEqual({ traceparent, "x-click": named });
    expect(clickHeaders(startClick("project.create")).traceparent).not.toBe(traceparent);
  });

  it("has a label of at most 64 plain characters, for any name", () => {
    const { label } = startClick(`open ${"é;\r\n".repeat(50)}`);
    expect(label).toMatch(/^[A-Za-z0-9 ._-]{64}$/);
  });
});

describe("an idempotency key", () => {
  it("stays the same through retries, and differs for another request", () => {
    const key = createIdempotencyKey();
    const first = key.for({ name: "Apollo" });
    expect(key.for({ name: "Apollo" })).toBe(first);
    const second = key.for({ name: "Gemini" });
    expect(second).not.toBe(first);
  });

  it("is new after a success, even for the same request", () => {
    const key = createIdempotencyKey();
    const first = key.for("Apollo");
    key.clear();
    expect(key.for("Apollo")).not.toBe(first);
  });
});

describe("a problem", () => {
  it("has the server's code, detail, request id and Retry-After", async () => {
    const answer = Response.json(
      { code: "service.unavailable", detail: "Busy.", request_id: "r-1" },
      { status: 503, headers: { "retry-after": "5" } },
    );
    expect(await problemFromResponse(answer, "ours")).toMatchObject({
      status: 503,
      code: "service.unavailable",
      message: "Busy.",
      requestId: "r-1",
      retryAfterSeconds: 5,
      isRetryable: true,
    });
  });

  it("of an answer that is no problem document has the request id that was sent", async () => {
    const problem = await problemFromResponse(
      new Response("<h1>Bad gateway</h1>", { status: 502 }),
      "ours",
    );
    expect(problem).toMatchObject({ status: 502, requestId: "ours", isRetryable: true });
    expect(problem.message).toContain("Your input is kept");
  });

  it("distinguishes a missing connection from a timeout", () => {
    const timeout = Object.assign(new Error("late"), { name: "TimeoutError" });
    expect(networkProblem(timeout, "r", true)).toMatchObject({
      code: "network.timeout",
      status: 0,
    });
    expect(networkProblem(new TypeError("x"), "r", false).message).toContain("You are offline");
    expect(networkProblem(new TypeError("x"), "r", true).message).toContain("could not be reached");
  });

  it("of a wrong password is not a missing session", async () => {
    const answered = (code: string) =>
      problemFromResponse(Response.json({ code }, { status: 401 }), "r");
    expect((await answered("INVALID_EMAIL_OR_PASSWORD")).isSignedOut).toBe(false);
    expect((await answered("credential.invalid")).isSignedOut).toBe(true);
  });

  it("of the console keeps its own code", () => {
    expect(asProblem(networkProblem(new TypeError("x"), "r", true)).code).toBe("network.offline");
  });
});

describe("attributes", () => {
  it("survive a round trip as text, for any value", () => {
    const attributes = {
      stage: "live",
      "a.b-c": "x: y",
      note: 'one\ntwo "three" ',
      q: '"',
      no: "",
    };
    expect(attributesOf(attributesText(attributes))).toEqual(attributes);
    expect(attributesOf("\n  stage :live  \n\n")).toEqual({ stage: "live" });
  });

  it("that are invalid give the line and what to do", () => {
    for (const [text, message] of [
      ["stage: live\nfree text", "Line 2: Enter a name, a colon and a value"],
      ["1st: x", "Line 1: A name starts with a letter"],
      ["stage: a\nstage: b", 'Line 2: Duplicate name "stage".'],
      ['note: "open', "Line 1: A value that starts with a quotation mark"],
      [`note: ${"x".repeat(501)}`, "At most 500"],
      [Array.from({ length: 51 }, (_, at) => `a${at}: x`).join("\n"), "at most 50"],
    ] as const) {
      expect(() => attributesOf(text), text).toThrow(message);
    }
  });
});

describe("an audit diff", () => {
  it("lists changed fields before unchanged ones, with both sides", () => {
    const before = { id: "1", name: "Apollo", tags: ["a"] };
    const after = { id: "1", name: "Gemini", tags: ["a"] };
    expect(diffRows(before, after)).toEqual([
      { field: "name", kind: "changed", before: "Apollo", after: "Gemini" },
      { field: "id", kind: "same", before: "1", after: "1" },
      { field: "tags", kind: "same", before: '["a"]', after: '["a"]' },
    ]);
  });

  it("of a created or deleted row leaves out its null fields", () => {
    const row = { id: "1", note: null };
    expect(diffRows(null, row)).toEqual([
      { field: "id", kind: "added", before: undefined, after: "1" },
    ]);
    expect(diffRows(row, null)).toEqual([
      { field: "id", kind: "removed", before: "1", after: undefined },
    ]);
  });

  it("distinguishes null from an empty text", () => {
    expect(diffRows({ note: null }, { note: "" })).toEqual([
      { field: "note", kind: "changed", before: "null", after: "" },
    ]);
  });
});

it("a workspace's slug is valid for the database, for any name", () => {
  for (const name of ["Acme & Sons", "Ünïcode GmbH", "北京", "-", "x".repeat(200)]) {
    expect(slugOf(name)).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/);
  }
});

it("times, sizes and devices are formatted for reading", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  expect(relativeTime("2026-01-01T23:59:50Z", now)).toBe("just now");
  expect(relativeTime("2026-01-01T23:00:00Z", now)).toBe("1 hour ago");
  expect(relativeTime("2026-01-04T00:00:00Z", now)).toBe("in 2 days");
  expect([formatBytes(312), formatBytes(4_200), formatBytes(12_000_000)]).toEqual([
    "312 bytes",
    "4.2 kB",
    "12 MB",
  ]);
  expect(duration("2026-01-01T00:00:00Z", "2026-01-01T00:00:01.250Z")).toBe("1.3 s");
  expect(deviceName("Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0 Safari/537.36")).toBe(
    "Chrome on Linux",
  );
});

it("unsaved changes end when they are saved, and start again with the next input", () => {
  const initial = { email: "", role: "member" };
  const unsaved = createUnsavedChanges(initial);
  expect(unsaved.has(initial)).toBe(false);
  const first = { email: "a@example.test", role: "member" };
  expect(unsaved.has(first)).toBe(true);
  unsaved.save(first, first);
  expect(unsaved.has(first)).toBe(false);
  const second = { ...first, role: "admin" };
  unsaved.save(first, second); // changed while it was being sent
  expect(unsaved.has(second)).toBe(true);
});

it("a form that is reset by its own success has no unsaved changes until the next input", () => {
  const initial = { email: "" };
  const unsaved = createUnsavedChanges(initial);
  const first = { email: "a@example.test" };
  unsaved.reset();
  unsaved.save(first, initial);
  expect(unsaved.has(initial)).toBe(false);
  expect(unsaved.has({ email: "b@example.test" })).toBe(true);
});
