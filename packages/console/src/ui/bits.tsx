import { createSignal, For, type JSX, onCleanup } from "solid-js";
import type { JobState } from "../api/client.ts";
import { ago, moment } from "../lib/format.ts";

/** A time as people say it, with the exact one behind it. */
export function Time(props: { at: string }) {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), 30_000);
  onCleanup(() => clearInterval(timer));
  return (
    <time datetime={props.at} title={moment(props.at)}>
      {ago(props.at, now())}
    </time>
  );
}

type Tone = "ok" | "warn" | "danger" | "info" | "neutral";

export const Badge = (props: { tone: Tone; children: JSX.Element }) => (
  <span class={`badge ${props.tone}`}>{props.children}</span>
);

const STATES = {
  queued: ["neutral", "Queued"],
  running: ["info", "Running"],
  succeeded: ["ok", "Succeeded"],
  failed: ["danger", "Failed"],
} as const satisfies Record<JobState, [Tone, string]>;

export const StateBadge = (props: { state: JobState }) => (
  <Badge tone={STATES[props.state][0]}>{STATES[props.state][1]}</Badge>
);

/** Where rows will be, while they are fetched. */
export const Skeleton = (props: { rows?: number }) => (
  <div class="skeleton" role="status" aria-label="Loading">
    <For each={Array.from({ length: props.rows ?? 4 })}>{() => <span />}</For>
  </div>
);

export const PageHead = (props: {
  title: JSX.Element;
  lead?: JSX.Element;
  actions?: JSX.Element;
  back?: { href: string; label: string };
}) => (
  <header class="page-head">
    <div>
      {props.back && (
        <a class="back" href={props.back.href}>
          {props.back.label}
        </a>
      )}
      <h1>{props.title}</h1>
      {props.lead && <p class="lead">{props.lead}</p>}
    </div>
    {props.actions && <div class="actions">{props.actions}</div>}
  </header>
);
