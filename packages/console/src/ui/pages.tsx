import { createSignal, type JSX, Match, Show, Switch } from "solid-js";
import type { Page } from "../api/client.ts";
import { type Click, startClick, startVisit } from "../lib/click.ts";
import { asProblem, type Problem } from "../lib/problem.ts";
import { Skeleton } from "./bits.tsx";
import { Button } from "./button.tsx";
import { leaveIfSignedOut } from "./leave.ts";
import { ProblemNote } from "./problem-note.tsx";

/** A list as far as it has been read. */
export type Pages<Item> = {
  items(): readonly Item[];
  /** Undefined until the first page is there. */
  loaded(): boolean;
  busy(): boolean;
  problem(): Problem | undefined;
  hasMore(): boolean;
  more(): void;
  /** From the beginning, for a new filter or after a change. */
  reload(): void;
  change(edit: (items: readonly Item[]) => readonly Item[]): void;
};

type Fetch<Item> = (click: Click, cursor: string | undefined) => Promise<Page<Item>>;

/** @param name names the clicks: `open projects`, `projects more` */
export function createPages<Item>(name: string, fetch: Fetch<Item>): Pages<Item> {
  const [items, setItems] = createSignal<readonly Item[]>([]);
  const [cursor, setCursor] = createSignal<string | null>();
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  let turn = 0;

  async function read(click: Click, from: string | undefined) {
    const mine = ++turn;
    setBusy(true);
    setProblem(undefined);
    try {
      const page = await fetch(click, from);
      if (mine !== turn) return; // a newer question was asked meanwhile
      setItems((before) => (from ? [...before, ...page.items] : page.items));
      setCursor(page.next_cursor);
    } catch (error) {
      if (mine !== turn) return;
      const caught = asProblem(error);
      setProblem(caught);
      leaveIfSignedOut(caught);
    } finally {
      if (mine === turn) setBusy(false);
    }
  }

  void read(startVisit(name), undefined);
  return {
    items,
    busy,
    problem,
    loaded: () => cursor() !== undefined,
    hasMore: () => typeof cursor() === "string",
    more: () => void read(startClick(`${name} more`), cursor() ?? undefined),
    reload: () => void read(startClick(`${name} reload`), undefined),
    change: (edit) => void setItems((before) => edit(before)),
  };
}

type ViewProps<Item> = {
  pages: Pages<Item>;
  empty: JSX.Element;
  children: JSX.Element;
};

/** The list, or why there is none, and the way to more of it. */
export function PagesView<Item>(props: ViewProps<Item>) {
  return (
    <>
      <Show when={props.pages.problem()}>
        {(problem) => (
          <ProblemNote
            problem={problem()}
            retry={() => (props.pages.loaded() ? props.pages.more() : props.pages.reload())}
            automatic
          />
        )}
      </Show>
      <Switch>
        <Match when={!props.pages.loaded() && !props.pages.problem()}>
          <Skeleton rows={6} />
        </Match>
        <Match when={props.pages.loaded() && props.pages.items().length === 0}>{props.empty}</Match>
        <Match when={props.pages.items().length > 0}>
          {props.children}
          <Show when={props.pages.hasMore()}>
            <p class="more">
              <Button busy={props.pages.busy()} onClick={() => props.pages.more()}>
                Show more
              </Button>
            </p>
          </Show>
        </Match>
      </Switch>
    </>
  );
}
