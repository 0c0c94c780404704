import { createSignal, For, Show } from "solid-js";
import type { AuditEvent } from "../../api/client.ts";
import { diffRows, type FieldChange } from "../../lib/diff.ts";
import { moment, words } from "../../lib/format.ts";
import { Actor } from "../../ui/actor.tsx";
import { Badge, Time } from "../../ui/bits.tsx";
import { Button } from "../../ui/button.tsx";
import { Copy } from "../../ui/copy.tsx";

const OPERATIONS = {
  insert: ["ok", "Created"],
  update: ["info", "Changed"],
  delete: ["danger", "Deleted"],
} as const;

// In the trail a thing goes by its table.
const NOUNS: Record<string, string> = {
  api_keys: "API key",
  invitations: "invitation",
  jobs: "job",
  members: "member",
  projects: "project",
  tenants: "workspace",
};
const nounOf = ({ target_type }: AuditEvent) =>
  NOUNS[target_type] ?? target_type.replaceAll("_", " ");

// A job is what it does.
const named = (event: AuditEvent) => {
  const task = (event.after ?? event.before)?.task;
  return typeof task === "string" ? task : nounOf(event);
};

/** What people would call it: its name, the address that was invited, the person who joined. */
function Title(props: { event: AuditEvent }) {
  const row = () => props.event.after ?? props.event.before ?? {};
  const title = () => row().name ?? row().email;
  return (
    <Show
      when={typeof row().user_id === "string"}
      fallback={typeof title() === "string" ? (title() as string) : words(named(props.event))}
    >
      <Actor id={`user:${row().user_id}`} />
    </Show>
  );
}

/** One event: who did what to which thing, and on demand the change itself. */
export const Event = (props: { event: AuditEvent }) => (
  <li class="event">
    <details>
      <summary>
        <Badge tone={OPERATIONS[props.event.operation][0]}>
          {OPERATIONS[props.event.operation][1]}
        </Badge>
        <span class="event-what">
          <strong>
            <Title event={props.event} />
          </strong>
          <span class="muted"> {nounOf(props.event)}</span>
        </span>
        <span class="event-who">
          <Actor id={props.event.actor} />
        </span>
        <span class="event-when">
          <Time at={props.event.occurred_at} />
        </span>
      </summary>
      <Change event={props.event} />
    </details>
  </li>
);

const Change = (props: { event: AuditEvent }) => (
  <div class="event-body">
    <Diff event={props.event} />
    <dl class="facts">
      <div>
        <dt>Asked for</dt>
        <dd>
          <code>{props.event.action}</code>
        </dd>
      </div>
      <div>
        <dt>At</dt>
        <dd>{moment(props.event.occurred_at)}</dd>
      </div>
      <div>
        <dt>Request</dt>
        <dd>
          <code>{props.event.request_id}</code>{" "}
          <Copy text={props.event.request_id} what="the request id" />
        </dd>
      </div>
      <div>
        <dt>Target</dt>
        <dd>
          <code>{props.event.target_id}</code>
        </dd>
      </div>
    </dl>
  </div>
);

/** What changed; what stayed as it was on demand, since there is much of it. */
function Diff(props: { event: AuditEvent }) {
  const fields = () => diffRows(props.event.before, props.event.after);
  const changed = () => fields().filter(({ kind }) => kind !== "same");
  const [all, setAll] = createSignal(false);
  const rest = () => fields().length - changed().length;
  return (
    <>
      <table class="diff">
        <caption class="hidden">What was before and what is after</caption>
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
      <Show when={rest() > 0}>
        <p>
          <Button look="quiet" aria-expanded={all()} onClick={() => setAll(!all())}>
            {all() ? "Hide what stayed the same" : `Show ${rest()} unchanged fields`}
          </Button>
        </p>
      </Show>
    </>
  );
}

/** Marked as taken away or come about, unless it is the same on both sides. */
const Cell = (props: { change: FieldChange; side: "before" | "after" }) => (
  <td>
    <Show when={props.change.kind !== "same"} fallback={props.change[props.side]}>
      <Show when={props.side === "before"} fallback={<ins>{props.change.after}</ins>}>
        <del>{props.change.before}</del>
      </Show>
    </Show>
  </td>
);
