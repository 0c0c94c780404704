import { createSignal, Show } from "solid-js";
import { listMembers, type Member } from "../api/identity.ts";
import { startPageLoad } from "../lib/click.ts";

const [members, setMembers] = createSignal<ReadonlyMap<string, Member>>();
let requested = false;

// One request for all actors of the page. Without an answer, ids are shown instead of names.
async function fetchMembers() {
  if (requested) return;
  requested = true;
  try {
    const found = await listMembers(startPageLoad("members"));
    setMembers(new Map(found.members.map((member) => [member.userId, member])));
  } catch {
    setMembers(new Map());
  }
}

/** The name of an actor id: `user:…`, `key:…`, `job:…` or `system:…`. */
export function Actor(props: { id: string }) {
  void fetchMembers();
  const kind = () => props.id.split(":")[0];
  const id = () => props.id.slice(props.id.indexOf(":") + 1);
  const name = () => members()?.get(id())?.user.name;
  const short = () => id().slice(0, 8);
  return (
    <span class="actor" title={props.id}>
      <Show when={kind() === "user"} fallback={<SystemActor kind={kind() ?? ""} id={id()} />}>
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

const SystemActor = (props: { kind: string; id: string }) => (
  <>
    {props.kind === "system"
      ? (SYSTEM[props.id] ?? props.id)
      : `${KINDS[props.kind] ?? props.kind} ${props.id.slice(0, 8)}`}
  </>
);
