import { createSignal, type JSX, Match, Switch } from "solid-js";
import { type Click, startClick, startVisit } from "../lib/click.ts";
import { asProblem, type Problem } from "../lib/problem.ts";
import { Skeleton } from "./bits.tsx";
import { leaveIfSignedOut } from "./leave.ts";
import { ProblemNote } from "./problem-note.tsx";

export type Loaded<T> = {
  value(): T | undefined;
  problem(): Problem | undefined;
  reload(): void;
  set(value: T): void;
};

/** One thing that a page shows, fetched when it opens. */
export function load<T>(name: string, fetch: (click: Click) => Promise<T>): Loaded<T> {
  const [value, setValue] = createSignal<T>();
  const [problem, setProblem] = createSignal<Problem>();

  async function read(click: Click) {
    setProblem(undefined);
    try {
      const found = await fetch(click);
      setValue(() => found);
    } catch (error) {
      const caught = asProblem(error);
      setProblem(caught);
      leaveIfSignedOut(caught);
    }
  }

  void read(startVisit(name));
  return {
    value,
    problem,
    reload: () => void read(startClick(`${name} reload`)),
    set: (next) => void setValue(() => next),
  };
}

type Props<T> = {
  from: Loaded<T>;
  rows?: number;
  /** The page's heading, as long as there is nothing that has one of its own. */
  head?: JSX.Element;
  children: (value: () => T) => JSX.Element;
  /** Instead of the problem, for those that are an answer of their own. */
  instead?: (problem: Problem) => JSX.Element | undefined;
};

export function LoadedView<T>(props: Props<T>) {
  return (
    <Switch
      fallback={
        <>
          {props.head}
          <Skeleton rows={props.rows ?? 4} />
        </>
      }
    >
      <Match when={props.from.problem()}>
        {(problem) =>
          props.instead?.(problem()) ?? (
            <>
              {props.head}
              <ProblemNote problem={problem()} retry={props.from.reload} automatic />
            </>
          )
        }
      </Match>
      <Match when={props.from.value()}>{(value) => props.children(value as () => T)}</Match>
    </Switch>
  );
}
