// Imported by parts: Kobalte's `Dialog` and `AlertDialog` are one object, and the last import wins.
import * as Parts from "@kobalte/core/dialog";
import { type JSX, Show } from "solid-js";
import { Icon } from "./icon.tsx";

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  description?: string;
  /** Shows a panel at the edge instead of a sheet in the middle. */
  edge?: boolean;
  children: JSX.Element;
};

/** Opens with the focus on the first field or choice. Closing returns the focus. */
export function Dialog(props: Props) {
  let content: HTMLElement | undefined;
  return (
    <Parts.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Parts.Portal>
        <Parts.Overlay class="overlay" />
        <div class={props.edge ? "dialog-place edge" : "dialog-place"}>
          <Parts.Content
            class="dialog"
            ref={(element) => {
              content = element;
            }}
            onOpenAutoFocus={(event) => {
              const field = content?.querySelector<HTMLElement>("input, textarea, .choice");
              if (!field) return;
              event.preventDefault();
              field.focus();
            }}
          >
            <header class="dialog-head">
              <Parts.Title class="dialog-title">{props.title}</Parts.Title>
              <Parts.CloseButton class="icon-button" aria-label="Close">
                <Icon name="close" />
              </Parts.CloseButton>
            </header>
            <Show when={props.description}>
              <Parts.Description class="dialog-lead">{props.description}</Parts.Description>
            </Show>
            {props.children}
          </Parts.Content>
        </div>
      </Parts.Portal>
    </Parts.Root>
  );
}
