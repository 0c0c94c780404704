import { createSignal, onCleanup } from "solid-js";
import { type Click, startClick, startPageLoad } from "../lib/click.ts";
import { createLatest } from "../lib/latest.ts";
import type { Page } from "../lib/page.ts";
import { asProblem, type Problem } from "../lib/problem.ts";

/** A list, as far as it has been read. */
export type Pages<Item> = {
  items(): readonly Item[];
  /** Whether the first page has arrived. */
  loaded(): boolean;
  busy(): boolean;
  problem(): Problem | undefined;
  hasMore(): boolean;
  more(): void;
  /** Reads the first page again, for a new filter or after a change. */
  reload(): void;
  /** Sends the newest request again: `more` after a failed `more`, `reload` after anything else. */
  retry(): void;
};

type Fetch<Item> = (click: Click, cursor: string | undefined) => Promise<Page<Item>>;

/**
 * Reads a list page by page. The newest request wins, whatever arrives after it; after the component
 * is disposed, no answer is applied.
 *
 * @param name labels the clicks: `open projects`, `projects more`
 */
export function createPages<Item>(name: string, fetch: Fetch<Item>): Pages<Item> {
  const [items, setItems] = createSignal<readonly Item[]>([]);
  const [cursor, setCursor] = createSignal<string | null>();
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const requests = createLatest();
  onCleanup(requests.cancel);
  let requested: string | undefined;

  async function read(click: Click, from: string | undefined) {
    const isLatest = requests.start();
    requested = from;
    setBusy(true);
    setProblem(undefined);
    try {
      const page = await fetch(click, from);
      if (!isLatest()) return;
      setItems((before) => (from ? [...before, ...page.items] : page.items));
      setCursor(page.next_cursor);
    } catch (error) {
      if (isLatest()) setProblem(asProblem(error));
    } finally {
      if (isLatest()) setBusy(false);
    }
  }

  void read(startPageLoad(name), undefined);
  return {
    items,
    busy,
    problem,
    loaded: () => cursor() !== undefined,
    hasMore: () => typeof cursor() === "string",
    more: () => void read(startClick(`${name} more`), cursor() ?? undefined),
    reload: () => void read(startClick(`${name} reload`), undefined),
    retry: () => void read(startClick(`${name} retry`), requested),
  };
}
