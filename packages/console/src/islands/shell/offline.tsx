import { createSignal, onMount, Show } from "solid-js";
import { Icon } from "../../ui/icon.tsx";

/** Says that there is no network before anybody runs into it. */
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
          You are offline. You can go on reading and writing; send it when you are back.
        </p>
      </Show>
    </div>
  );
}
