import { Show } from "solid-js";
import type { AuditEvent } from "../../api/client.ts";
import { absoluteTime, humanize } from "../../lib/format.ts";
import { Actor } from "../../ui/actor.tsx";
import { Badge } from "../../ui/badge.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Time } from "../../ui/time.tsx";
import { Diff } from "./diff.tsx";

const OPERATIONS = {
  insert: ["ok", "Created"],
  update: ["info", "Changed"],
  delete: ["danger", "Deleted"],
} as const;

// The audit trail names a target by its table.
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

// A job is named by its task.
const taskOrNoun = (event: AuditEvent) => {
  const task = (event.after ?? event.before)?.task;
  return typeof task === "string" ? task : nounOf(event);
};

/** The target's name: a name, the invited address, or the member's name. */
function Title(props: { event: AuditEvent }) {
  const row = () => props.event.after ?? props.event.before ?? {};
  const title = () => row().name ?? row().email;
  return (
    <Show
      when={typeof row().user_id === "string"}
      fallback={
        typeof title() === "string" ? (title() as string) : humanize(taskOrNoun(props.event))
      }
    >
      <Actor id={`user:${row().user_id}`} />
    </Show>
  );
}

/** One audit event, with its change on demand. */
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
        <dt>Action</dt>
        <dd>
          <code>{props.event.action}</code>
        </dd>
      </div>
      <div>
        <dt>Time</dt>
        <dd>{absoluteTime(props.event.occurred_at)}</dd>
      </div>
      <div>
        <dt>Request id</dt>
        <dd>
          <code>{props.event.request_id}</code>{" "}
          <CopyButton text={props.event.request_id} what="the request id" />
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
