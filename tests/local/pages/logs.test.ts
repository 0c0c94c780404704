import { once } from "node:events";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { createLogStore } from "../../../packages/local/src/lambda/log-store.ts";
import { pages } from "../support/pages.ts";

it("filters by function, and by every word", async () => {
  const { ask, logStore } = await pages({});
  logStore.add("api", '{"message":"one","tenantId":"t-1","requestId":"r-1"}');
  logStore.add("api", '{"message":"two","tenantId":"t-1","requestId":"r-2"}');
  logStore.add("worker", '{"message":"three","tenantId":"t-1"}');
  const shown = async (query: string) =>
    JSON.parse((await ask(`/logs?${query}`, { accept: "" })).body).map(
      ({ text }: { text: string }) => JSON.parse(text).message,
    );
  expect(await shown("with=t-1")).toEqual(["one", "two", "three"]);
  expect(await shown("with=t-1&function=api")).toEqual(["one", "two"]);
  expect(await shown("with=t-1+r-2")).toEqual(["two"]);
  expect(await shown("function=sweeper")).toEqual([]);
});

it("streams new matching lines until the client disconnects or the cloud stops", async () => {
  const { raw, logStore, stop } = await pages({});
  const { body, headers } = await raw("/logs/stream?function=api");
  expect(new Map(headers).get("content-type")).toBe("text/event-stream");
  const events = (body as Readable).setEncoding("utf8");
  let sent = "";
  events.on("data", (chunk: string) => {
    sent += chunk;
  });
  logStore.add("worker", "not this one");
  logStore.add("api", "line one\r\n\r\ndata: <forged>");
  await expect.poll(() => sent).toContain("line one");
  expect(sent).not.toContain("not this one");
  // A line is one event, whatever it holds.
  expect(sent.match(/^data:/gm)).toHaveLength(1);
  expect(sent).toContain("&lt;forged&gt;");

  const ended = once(events, "end");
  stop();
  await ended;
});

it("disconnects a client that does not read", async () => {
  const { raw, logStore } = await pages({});
  const { body } = await raw("/logs/stream");
  for (let at = 0; at < 300; at++) logStore.add("api", "x".repeat(30_000));
  expect(body).toBeInstanceOf(Readable);
  expect((body as Readable).destroyed).toBe(true);
});

it("keeps the newest lines of each function, independent of the others", () => {
  const logStore = createLogStore();
  logStore.add("quiet", "still here");
  for (let at = 0; at < 3_000; at++) logStore.add("loud", `${at}`);
  expect(logStore.lines({ label: "quiet" })).toHaveLength(1);
  const loud = logStore.lines({ label: "loud" });
  expect([loud.length, loud.at(-1)?.text]).toEqual([1_000, "2999"]);

  for (let at = 0; at < 300; at++) logStore.add("wide", "x".repeat(100_000));
  const wide = logStore.lines({ label: "wide" });
  const characters = wide.reduce((sum, { text }) => sum + text.length, 0);
  expect(characters).toBeLessThanOrEqual(2 * 1024 * 1024);
});
