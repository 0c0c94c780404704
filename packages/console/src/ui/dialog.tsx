import { Dialog as Kobalte } from "@kobalte/core/dialog";
import { type JSX, Show } from "solid-js";
import { Icon } from "./icon.tsx";

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  description?: string;
  /** A panel at the edge instead of a sheet in the middle. */
  side?: boolean;
  children: JSX.Element;
};

/** Opens with the focus on the first thing to fill in or to choose, and gives it back at the end. */
export function Dialog(props: Props) {
  let content: HTMLElement | undefined;
  return (
    <Kobalte open={props.open} onOpenChange={props.onOpenChange}>
      <Kobalte.Portal>
        <Kobalte.Overlay class="overlay" />
        <div class={props.side ? "dialog-place side" : "dialog-place"}>
          <Kobalte.Content
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
              <Kobalte.Title class="dialog-title">{props.title}</Kobalte.Title>
              <Kobalte.CloseButton class="icon-button" aria-label="Close">
                <Icon name="close" />
              </Kobalte.CloseButton>
            </header>
            <Show when={props.description}>
              <Kobalte.Description class="dialog-lead">{props.description}</Kobalte.Description>
            </Show>
            {props.children}
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte>
  );
}
