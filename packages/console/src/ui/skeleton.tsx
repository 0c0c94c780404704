import { For } from "solid-js";

/** Placeholder rows while data is fetched. */
export const Skeleton = (props: { rows?: number }) => (
  <div class="skeleton" role="status" aria-label="Loading">
    <For each={Array.from({ length: props.rows ?? 4 })}>{() => <span />}</For>
  </div>
);
