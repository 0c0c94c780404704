import { createSignal, For, Show } from "solid-js";
import type { AuditEvent } from "../../api/client.ts";
import { diffRows, type FieldChange } from "../../lib/diff.ts";
import { Button } from "../../ui/button.tsx";

/** The changed fields, and the unchanged ones on demand. */
export function Diff(props: { event: AuditEvent }) {
  const fields = () => diffRows(props.event.before, props.event.after);
  const changed = () => fields().filter(({ kind }) => kind !== "same");
  const [all, setAll] = createSignal(false);
  const unchanged = () => fields().length - changed().length;
  return (
    <>
      <table class="diff">
        <caption class="hidden">Values before and after</caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            {props.event.before && <th scope="col">Before</th>}
            {props.event.after && <th scope="col">After</th>}
          </tr>
        </thead>
        <tbody>
          <For each={all() ? fields() : changed()}>
            {(change) => (
              <tr class={change.kind}>
                <th scope="row">{change.field}</th>
                {props.event.before && <Cell change={change} side="before" />}
                {props.event.after && <Cell change={change} side="after" />}
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <Show when={unchanged() > 0}>
        <p>
          <Button variant="quiet" aria-expanded={all()} onClick={() => setAll(!all())}>
            {all() ? "Hide unchanged fields" : `Show ${unchanged()} unchanged fields`}
          </Button>
        </p>
      </Show>
    </>
  );
}

/** Marked as deleted or inserted, unless both sides are equal. */
const Cell = (props: { change: FieldChange; side: "before" | "after" }) => (
  <td>
    <Show when={props.change.kind !== "same"} fallback={props.change[props.side]}>
      <Show when={props.side === "before"} fallback={<ins>{props.change.after}</ins>}>
        <del>{props.change.before}</del>
      </Show>
    </Show>
  </td>
);
