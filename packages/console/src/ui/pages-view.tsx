import { createEffect, type JSX, Match, Show, Switch } from "solid-js";
import { Button } from "./button.tsx";
import type { Pages } from "./pages.ts";
import { ProblemNote } from "./problem-note.tsx";
import { redirectIfSignedOut } from "./redirect.ts";
import { Skeleton } from "./skeleton.tsx";

type Props<Item> = {
  pages: Pages<Item>;
  empty: JSX.Element;
  children: JSX.Element;
};

/** Shows the list, the problem with a retry, or a skeleton, and a button for the next page. */
export function PagesView<Item>(props: Props<Item>) {
  createEffect(() => redirectIfSignedOut(props.pages.problem()));
  return (
    <>
      <Show when={props.pages.problem()}>
        {(problem) => <ProblemNote problem={problem()} retry={props.pages.retry} automatic />}
      </Show>
      <Switch>
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
        {/* Until the answer to the current filter is here, the list is not known to be empty. */}
        <Match when={props.pages.busy()}>
          <Skeleton rows={6} />
        </Match>
        <Match when={!props.pages.problem()}>{props.empty}</Match>
      </Switch>
    </>
  );
}
