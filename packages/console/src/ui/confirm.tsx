import * as AlertDialog from "@kobalte/core/alert-dialog";
import { type JSX, Show } from "solid-js";
import type { Mutation } from "../lib/mutation.ts";
import { Button } from "./button.tsx";
import { createConfirmation } from "./confirmation.ts";
import { ProblemNote } from "./problem-note.tsx";

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** What the action leads to. */
  children: JSX.Element;
  /** The name of the click, such as `project.delete`. */
  click: string;
  /** Id of what the action changes. */
  target: string | undefined;
  /** Text of the button: what it does. */
  action: string;
  run(mutation: Mutation): Promise<unknown>;
  done(): void;
};

/** Asks before an action that cannot be undone. The focus starts on Cancel. */
export function Confirm(props: Props) {
  const confirmation = createConfirmation(props);
  return (
    <AlertDialog.Root open={props.open} onOpenChange={(open) => !open && confirmation.cancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay class="overlay" />
        <div class="dialog-place">
          <AlertDialog.Content class="dialog small">
            <AlertDialog.Title class="dialog-title">{props.title}</AlertDialog.Title>
            <AlertDialog.Description as="div" class="dialog-lead">
              {props.children}
            </AlertDialog.Description>
            <Show when={confirmation.problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
            <footer class="dialog-foot">
              <Button
                aria-disabled={confirmation.busy() ? "true" : undefined}
                onClick={confirmation.cancel}
              >
                Cancel
              </Button>
              <Button
                variant="danger"
                busy={confirmation.busy()}
                onClick={() => void confirmation.confirm()}
              >
                {props.action}
              </Button>
            </footer>
          </AlertDialog.Content>
        </div>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
