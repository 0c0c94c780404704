import { describe, expect, it } from "vitest";
import { attributesOf, attributesText } from "../../packages/console/src/lib/attributes.ts";
import { clickHeaders, startClick } from "../../packages/console/src/lib/click.ts";
import { diffRows } from "../../packages/console/src/lib/diff.ts";
import { ago, bytes, device, span } from "../../packages/console/src/lib/format.ts";
import { asProblem, noAnswer, problemOf } from "../../packages/console/src/lib/problem.ts";
import { slugOf } from "../../packages/console/src/lib/slug.ts";
import { createWish } from "../../packages/console/src/lib/wish.ts";

describe("a click", () => {
  it("is one trace for all requests made for it, in the form that W3C gave it", () => {
    const click = startClick("project.create", 1_700_000_000_123.7);
    const { traceparent, "x-click": named } = clickHeaders(click);
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(named).toBe("project.create;t=1700000000124");
    expect(clickHeaders(click)).toEqual({ traceparent, "x-click": named });
    expect(clickHeaders(startClick("project.create")).traceparent).not.toBe(traceparent);
  });

  it("has a label of at most 64 plain characters, whatever it was called", () => {
    const { label } = startClick(`open ${"é;\r\n".repeat(50)}`);
    expect(label).toMatch(/^[A-Za-z0-9 ._-]{64}$/);
  });
});

describe("a wish", () => {
  it("keeps its key through retries, and another wish has another", () => {
    const wish = createWish();
    const first = wish.keyFor({ name: "Apollo" });
    expect(wish.keyFor({ name: "Apollo" })).toBe(first);
    const second = wish.keyFor({ name: "Gemini" });
    expect(second).not.toBe(first);
  });

  it("that came true is over: the same again is a new one", () => {
    const wish = createWish();
    const first = wish.keyFor("Apollo");
    wish.fulfilled();
    expect(wish.keyFor("Apollo")).not.toBe(first);
  });
});

describe("a problem", () => {
  it("says what the server said, with its request id and its wait", async () => {
    const answer = Response.json(
      { code: "service.unavailable", detail: "Busy.", request_id: "r-1" },
      { status: 503, headers: { "retry-after": "5" } },
    );
    expect(await problemOf(answer, "ours")).toMatchObject({
      status: 503,
      code: "service.unavailable",
      message: "Busy.",
      requestId: "r-1",
      retryAfterSeconds: 5,
      isPassing: true,
    });
  });

  it("is told from an answer that is no problem document, too, with the id we sent", async () => {
    const problem = await problemOf(new Response("<h1>Bad gateway</h1>", { status: 502 }), "ours");
    expect(problem).toMatchObject({ status: 502, requestId: "ours", isPassing: true });
    expect(problem.message).toContain("Nothing you entered is lost");
  });

  it("tells a missing connection from a missing answer", () => {
    const timeout = Object.assign(new Error("late"), { name: "TimeoutError" });
    expect(noAnswer(timeout, "r", true)).toMatchObject({ code: "network.timeout", status: 0 });
    expect(noAnswer(new TypeError("x"), "r", false).message).toContain("You are offline");
    expect(noAnswer(new TypeError("x"), "r", true).message).toContain("could not be reached");
  });

  it("that is a wrong password is no lost session", async () => {
    const answered = (code: string) => problemOf(Response.json({ code }, { status: 401 }), "r");
    expect((await answered("INVALID_EMAIL_OR_PASSWORD")).isSignedOut).toBe(false);
    expect((await answered("credential.invalid")).isSignedOut).toBe(true);
  });

  it("of our own making is never shown as the server's", () => {
    expect(asProblem(noAnswer(new TypeError("x"), "r", true)).code).toBe("network.offline");
  });
});

describe("attributes", () => {
  it("are lines that read back as what they were, whatever their values hold", () => {
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

  it("that can't be read are told by their line, and what to do about it", () => {
    for (const [text, said] of [
      ["stage: live\nfree text", "Line 2: Write a name, a colon and a value"],
      ["1st: x", "Line 1: A name begins with a letter"],
      ["stage: a\nstage: b", 'Line 2: "stage" is there twice.'],
      ['note: "open', "Line 1: What begins with a quotation mark"],
      [`note: ${"x".repeat(501)}`, "500 at most fit"],
      [Array.from({ length: 51 }, (_, at) => `a${at}: x`).join("\n"), "50 at most"],
    ] as const) {
      expect(() => attributesOf(text), text).toThrow(said);
    }
  });
});

describe("a change in the trail", () => {
  it("shows what changed before what stayed, and each side of it", () => {
    const before = { id: "1", name: "Apollo", tags: ["a"] };
    const after = { id: "1", name: "Gemini", tags: ["a"] };
    expect(diffRows(before, after)).toEqual([
      { field: "name", kind: "changed", before: "Apollo", after: "Gemini" },
      { field: "id", kind: "same", before: "1", after: "1" },
      { field: "tags", kind: "same", before: '["a"]', after: '["a"]' },
    ]);
  });

  it("of a row that appears or disappears leaves out what it never had", () => {
    const row = { id: "1", note: null };
    expect(diffRows(null, row)).toEqual([
      { field: "id", kind: "added", before: undefined, after: "1" },
    ]);
    expect(diffRows(row, null)).toEqual([
      { field: "id", kind: "removed", before: "1", after: undefined },
    ]);
  });

  it("tells null from an empty text", () => {
    expect(diffRows({ note: null }, { note: "" })).toEqual([
      { field: "note", kind: "changed", before: "null", after: "" },
    ]);
  });
});

it("a workspace's address is one that the database takes, whatever its name", () => {
  for (const name of ["Acme & Sons", "Ünïcode GmbH", "北京", "-", "x".repeat(200)]) {
    expect(slugOf(name)).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/);
  }
});

it("times, sizes and devices read as people say them", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  expect(ago("2026-01-01T23:59:50Z", now)).toBe("just now");
  expect(ago("2026-01-01T23:00:00Z", now)).toBe("1 hour ago");
  expect(ago("2026-01-04T00:00:00Z", now)).toBe("in 2 days");
  expect([bytes(312), bytes(4_200), bytes(12_000_000)]).toEqual(["312 bytes", "4.2 kB", "12 MB"]);
  expect(span("2026-01-01T00:00:00Z", "2026-01-01T00:00:01.250Z")).toBe("1.3 s");
  expect(device("Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0 Safari/537.36")).toBe(
    "Chrome on Linux",
  );
});
