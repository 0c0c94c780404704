import { createSignal, onMount, Show } from "solid-js";
import { Icon } from "../../ui/icon.tsx";

/** Shows that the browser is offline. */
export function Offline() {
  const [online, setOnline] = createSignal(navigator.onLine);
  onMount(() => {
    addEventListener("online", () => setOnline(true));
    addEventListener("offline", () => setOnline(false));
  });
  return (
    <div role="status">
      <Show when={!online()}>
        <p class="offline">
          <Icon name="alert" />
          You are offline. Changes can be sent when you are online again.
        </p>
      </Show>
    </div>
  );
}
