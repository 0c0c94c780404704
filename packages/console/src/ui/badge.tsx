import type { JSX } from "solid-js";
import type { JobState } from "../api/client.ts";

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
