import { createSignal } from "solid-js";
import { startClick } from "../lib/click.ts";
import { createIdempotencyKey } from "../lib/idempotency-key.ts";
import type { Mutation } from "../lib/mutation.ts";
import { asProblem, type Problem } from "../lib/problem.ts";

type Options = {
  /** The name of the click, such as `project.delete`. */
  click: string;
  /** Id of what the action changes. Its retries share one Idempotency-Key, another target has another. */
  target: string | undefined;
  run(mutation: Mutation): Promise<unknown>;
  onOpenChange(open: boolean): void;
  done(): void;
};

/**
 * State of a confirmation dialog. It stays open until the request is answered: a dialog for another
 * target must not be closed, or shown a problem, by the answer to this one.
 */
export function createConfirmation(options: Options) {
  const key = createIdempotencyKey();
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();

  return {
    busy,
    problem,
    cancel(): void {
      if (busy()) return;
      setProblem(undefined);
      options.onOpenChange(false);
    },
    async confirm(): Promise<void> {
      if (busy()) return;
      setBusy(true);
      setProblem(undefined);
      try {
        await options.run({
          click: startClick(options.click),
          idempotencyKey: key.for([options.target]),
        });
        key.clear();
        options.onOpenChange(false);
        options.done();
      } catch (error) {
        setProblem(asProblem(error));
      } finally {
        setBusy(false);
      }
    },
  };
}
