import { Toast, toaster } from "@kobalte/core/toast";
import { Portal } from "solid-js/web";
import { Icon } from "./icon.tsx";

/** Confirms a finished action. A problem is shown where it occurred, not here. */
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

const STORAGE_KEY = "bulkhead.toast";

/** Shows the toast on the page that is opened next. */
export const toastOnNextPage = (message: string): void =>
  sessionStorage.setItem(STORAGE_KEY, message);

export function Toasts() {
  const message = sessionStorage.getItem(STORAGE_KEY);
  sessionStorage.removeItem(STORAGE_KEY);
  if (message) queueMicrotask(() => toast(message));
  return (
    <Portal>
      <Toast.Region duration={6_000}>
        {/* A toast has the role status, which a list item may not have. */}
        <Toast.List as="div" class="toasts" />
      </Toast.Region>
    </Portal>
  );
}
