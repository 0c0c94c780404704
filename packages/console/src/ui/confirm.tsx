import * as AlertDialog from "@kobalte/core/alert-dialog";
import { createSignal, type JSX, Show } from "solid-js";
import { type Click, startClick } from "../lib/click.ts";
import { asProblem, type Problem } from "../lib/problem.ts";
import { createWish } from "../lib/wish.ts";
import { Button } from "./button.tsx";
import { ProblemNote } from "./problem-note.tsx";

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** What will be so afterwards. */
  children: JSX.Element;
  /** The name of the click, such as `project.delete`. */
  click: string;
  /** What the button says: the very thing that will happen. */
  action: string;
  run(change: { click: Click; key: string }): Promise<unknown>;
  done(): void;
};

/** Asks before something that cannot be taken back. The focus starts on the way out. */
export function Confirm(props: Props) {
  const wish = createWish();
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();

  async function run(at?: number) {
    if (busy()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await props.run({ click: startClick(props.click, at), key: wish.keyFor(props.title) });
      wish.fulfilled();
      props.onOpenChange(false);
      props.done();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <AlertDialog.Root open={props.open} onOpenChange={props.onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay class="overlay" />
        <div class="dialog-place">
          <AlertDialog.Content class="dialog small">
            <AlertDialog.Title class="dialog-title">{props.title}</AlertDialog.Title>
            <AlertDialog.Description as="div" class="dialog-lead">
              {props.children}
            </AlertDialog.Description>
            <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
            <footer class="dialog-foot">
              <Button onClick={() => props.onOpenChange(false)}>Cancel</Button>
              <Button look="danger" busy={busy()} onClick={() => void run()}>
                {props.action}
              </Button>
            </footer>
          </AlertDialog.Content>
        </div>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
