import { createSignal } from "solid-js";
import { type Click, startClick } from "../lib/click.ts";
import { asProblem, type Problem } from "../lib/problem.ts";
import { createWish } from "../lib/wish.ts";

type Options = {
  /** The name of the click, such as `project.delete`. */
  click: string;
  /** Id of what the action changes. Its retries share one Idempotency-Key, another target has another. */
  target: string | undefined;
  run(change: { click: Click; key: string }): Promise<unknown>;
  onOpenChange(open: boolean): void;
  done(): void;
};

/**
 * State of a confirmation dialog. It stays open until the request is answered: a dialog for another
 * target must not be closed, or shown a problem, by the answer to this one.
 */
export function createConfirmation(options: Options) {
  const wish = createWish();
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
        await options.run({ click: startClick(options.click), key: wish.keyFor([options.target]) });
        wish.fulfilled();
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
