import { Toast, toaster } from "@kobalte/core/toast";
import { Portal } from "solid-js/web";
import { Icon } from "./icon.tsx";

/** Says in the corner that something has been done. Whatever went wrong is said where it went wrong. */
export function toast(message: string): void {
  toaster.show((props) => (
    <Toast as="div" toastId={props.toastId} class="toast">
      <Icon name="check" />
      <Toast.Title class="toast-title">{message}</Toast.Title>
      <Toast.CloseButton class="icon-button" aria-label="Dismiss">
        <Icon name="close" />
      </Toast.CloseButton>
    </Toast>
  ));
}

const LATER = "bulkhead.toast";

/** The same, on the page that is about to be opened. */
export const toastThere = (message: string): void => sessionStorage.setItem(LATER, message);

export function Toasts() {
  const said = sessionStorage.getItem(LATER);
  sessionStorage.removeItem(LATER);
  if (said) queueMicrotask(() => toast(said));
  return (
    <Portal>
      <Toast.Region duration={6_000}>
        {/* A toast is a status, which no item of a list may be. */}
        <Toast.List as="div" class="toasts" />
      </Toast.Region>
    </Portal>
  );
}
