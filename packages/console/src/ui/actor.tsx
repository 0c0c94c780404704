import { createSignal, Show } from "solid-js";
import { listMembers, type Member } from "../api/identity.ts";
import { startVisit } from "../lib/click.ts";

const [members, setMembers] = createSignal<ReadonlyMap<string, Member>>();
let asked = false;

// A list that shows people asks once for all of them. Without an answer ids are shown instead.
async function ask() {
  if (asked) return;
  asked = true;
  try {
    const found = await listMembers(startVisit("people"));
    setMembers(new Map(found.members.map((member) => [member.userId, member])));
  } catch {
    setMembers(new Map());
  }
}

/** Who did it, of `user:…`, `key:…`, `job:…` or `system:…`. */
export function Actor(props: { id: string }) {
  void ask();
  const kind = () => props.id.split(":")[0];
  const rest = () => props.id.slice(props.id.indexOf(":") + 1);
  const name = () => members()?.get(rest())?.user.name;
  const short = () => rest().slice(0, 8);
  return (
    <span class="actor" title={props.id}>
      <Show when={kind() === "user"} fallback={<SystemActor kind={kind() ?? ""} rest={rest()} />}>
        {name() ?? (members() ? `Former member ${short()}` : "…")}
      </Show>
    </span>
  );
}

const KINDS: Record<string, string> = { key: "API key", job: "Job" };
const SYSTEM: Record<string, string> = {
  auth: "Sign-in service",
  worker: "Worker",
  sweeper: "Sweeper",
  "dead-letters": "Dead letters",
};

const SystemActor = (props: { kind: string; rest: string }) => (
  <>
    {props.kind === "system"
      ? (SYSTEM[props.rest] ?? props.rest)
      : `${KINDS[props.kind] ?? props.kind} ${props.rest.slice(0, 8)}`}
  </>
);
