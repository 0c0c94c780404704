import { createEffect, type JSX, Match, Switch } from "solid-js";
import type { Problem } from "../lib/problem.ts";
import type { Loaded } from "./load.ts";
import { ProblemNote } from "./problem-note.tsx";
import { redirectIfSignedOut } from "./redirect.ts";
import { Skeleton } from "./skeleton.tsx";

type Props<T> = {
  from: Loaded<T>;
  rows?: number;
  /** The page's heading while there is no value that brings its own. */
  heading?: JSX.Element;
  children: (value: () => T) => JSX.Element;
  /** What to show for a problem that is an expected answer. Undefined: the problem itself. */
  renderProblem?: (problem: Problem) => JSX.Element | undefined;
};

/** Shows the value, the problem with a retry, or a skeleton. */
export function LoadedView<T>(props: Props<T>) {
  createEffect(() => redirectIfSignedOut(props.from.problem()));
  return (
    <Switch
      fallback={
        <>
          {props.heading}
          <Skeleton rows={props.rows ?? 4} />
        </>
      }
    >
      <Match when={props.from.problem()}>
        {(problem) =>
          props.renderProblem?.(problem()) ?? (
            <>
              {props.heading}
              <ProblemNote problem={problem()} retry={props.from.reload} automatic />
            </>
          )
        }
      </Match>
      <Match when={props.from.value()}>{(value) => props.children(value as () => T)}</Match>
    </Switch>
  );
}
