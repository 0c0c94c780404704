import { createRoot } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchJob } from "../../packages/console/src/lib/job-watch.ts";
import type { Page } from "../../packages/console/src/lib/page.ts";
import { Problem } from "../../packages/console/src/lib/problem.ts";
import { load } from "../../packages/console/src/ui/load.ts";
import { createPages } from "../../packages/console/src/ui/pages.ts";

/** A fetch whose answers the test gives, in the order it wants. */
function heldFetch<T>() {
  const pending: PromiseWithResolvers<T>[] = [];
  const cursors: (string | undefined)[] = [];
  const answered = (at: number) => {
    const request = pending[at];
    if (!request) throw new Error(`Request ${at} was not sent.`);
    return request;
  };
  return {
    cursors,
    fetch(_click: unknown, cursor?: string) {
      const request = Promise.withResolvers<T>();
      pending.push(request);
      cursors.push(cursor);
      return request.promise;
    },
    async answer(at: number, value: T) {
      answered(at).resolve(value);
      await settled();
    },
    async refuse(at: number) {
      answered(at).reject(unavailable());
      await settled();
    },
  };
}

/** After the microtasks that an answer causes. */
const settled = () => new Promise((done) => setImmediate(done));

const unavailable = () =>
  new Problem({ status: 503, code: "service.unavailable", detail: "Busy.", requestId: "r" });

const page = (...items: string[]): Page<string> => ({ items, next_cursor: null });

describe("a loaded value", () => {
  it("is the answer to the newest request, in whatever order the answers signUpInBrowser", async () => {
    const held = heldFetch<string>();
    const loaded = load("project", held.fetch);
    loaded.reload();
    await held.answer(1, "new");
    await held.answer(0, "old");
    expect(loaded.value()).toBe("new");
  });

  it("is not replaced by the failure of an older request", async () => {
    const held = heldFetch<string>();
    const loaded = load("project", held.fetch);
    loaded.reload();
    await held.answer(1, "new");
    await held.refuse(0);
    expect(loaded.problem()).toBeUndefined();
    expect(loaded.value()).toBe("new");
  });

  it("stays what it was set to while an older request is answered", async () => {
    const held = heldFetch<string>();
    const loaded = load("project", held.fetch);
    loaded.set("saved");
    await held.answer(0, "old");
    expect(loaded.value()).toBe("saved");
  });

  it("replaces the problem of an older request when it is set", async () => {
    const held = heldFetch<string>();
    const loaded = load("project", held.fetch);
    await held.refuse(0);
    expect(loaded.problem()?.code).toBe("service.unavailable");
    loaded.set("saved");
    expect(loaded.problem()).toBeUndefined();
  });

  it("is not applied after its component is disposed, and neither is a problem", async () => {
    for (const end of ["answer", "refuse"] as const) {
      const held = heldFetch<string>();
      const loaded = createRoot((dispose) => {
        const loaded = load("project", held.fetch);
        dispose();
        return loaded;
      });
      await (end === "answer" ? held.answer(0, "late") : held.refuse(0));
      expect(loaded.value()).toBeUndefined();
      expect(loaded.problem()).toBeUndefined();
    }
  });
});

describe("a list", () => {
  it("shows the answer to the newest filter, in whatever order the answers signUpInBrowser", async () => {
    const held = heldFetch<Page<string>>();
    const list = createPages("projects", held.fetch);
    list.reload();
    list.reload();
    await held.answer(2, page("newest"));
    await held.answer(0, page("first"));
    await held.refuse(1);
    expect(list.items()).toEqual(["newest"]);
    expect(list.problem()).toBeUndefined();
    expect(list.busy()).toBe(false);
  });

  it("is busy until the newest request is answered", async () => {
    const held = heldFetch<Page<string>>();
    const list = createPages("projects", held.fetch);
    list.reload();
    await held.answer(0, page("first"));
    expect(list.busy()).toBe(true);
    expect(list.loaded()).toBe(false);
    await held.answer(1, page());
    expect(list.busy()).toBe(false);
    expect(list.loaded()).toBe(true);
  });

  it("retries the request that failed: a reload from the first page, a further page from its cursor", async () => {
    const held = heldFetch<Page<string>>();
    const list = createPages("projects", held.fetch);
    await held.answer(0, { items: ["a"], next_cursor: "after-a" });
    list.reload();
    await held.refuse(1);
    list.retry();
    await held.answer(2, { items: ["b"], next_cursor: "after-b" });
    expect(list.items()).toEqual(["b"]);
    list.more();
    await held.refuse(3);
    list.retry();
    await held.answer(4, page("c"));
    expect(list.items()).toEqual(["b", "c"]);
    expect(held.cursors).toEqual([undefined, undefined, undefined, "after-b", "after-b"]);
  });

  it("is not changed by an answer after its component is disposed", async () => {
    const held = heldFetch<Page<string>>();
    const list = createRoot((dispose) => {
      const list = createPages("projects", held.fetch);
      dispose();
      return list;
    });
    await held.answer(0, page("late"));
    expect(list.items()).toEqual([]);
  });
});

describe("a job watch", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  function watched(isHidden = () => false) {
    const held = heldFetch<{ state: string }>();
    const seen: string[] = [];
    const stop = watchJob({
      find: () => held.fetch(undefined),
      onJob: ({ state }) => void seen.push(state),
      onProblem: ({ code }) => void seen.push(code),
      isHidden,
    });
    return { held, seen, stop };
  }

  it("polls until the job is finished, through problems that may pass", async () => {
    const { held, seen } = watched();
    vi.runOnlyPendingTimers();
    await held.answer(0, { state: "running" });
    vi.runOnlyPendingTimers();
    await held.refuse(1);
    vi.runOnlyPendingTimers();
    await held.answer(2, { state: "succeeded" });
    expect(seen).toEqual(["running", "service.unavailable", "succeeded"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("reports neither a job nor a problem once it is stopped, and polls no more", async () => {
    for (const end of ["answer", "refuse"] as const) {
      const { held, seen, stop } = watched();
      vi.runOnlyPendingTimers();
      stop();
      await (end === "answer" ? held.answer(0, { state: "running" }) : held.refuse(0));
      expect(seen).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it("fetches nothing while the page is hidden, and goes on when it is shown", async () => {
    let hidden = true;
    const { held, seen } = watched(() => hidden);
    vi.runOnlyPendingTimers();
    await settled();
    expect(held.cursors).toHaveLength(0);
    hidden = false;
    vi.runOnlyPendingTimers();
    await held.answer(0, { state: "succeeded" });
    expect(seen).toEqual(["succeeded"]);
  });
});
