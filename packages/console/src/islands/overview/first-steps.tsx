import { For, Show } from "solid-js";
import { listApiKeys, listJobs, listProjects } from "../../api/client.ts";
import { listInvitations, listMembers } from "../../api/identity.ts";
import { mayManage } from "../../api/session.ts";
import type { Click } from "../../lib/click.ts";
import { Icon } from "../../ui/icon.tsx";
import { load } from "../../ui/load.ts";
import { me } from "../../ui/me.ts";

type Step = { title: string; text: string; href: string; done: boolean };

const hasItems = ({ items }: { items: unknown[] }) => items.length > 0;

async function memberSteps(click: Click): Promise<Step[]> {
  const [projects, jobs] = await Promise.all([
    listProjects(click, { limit: 1 }),
    listJobs(click, { limit: 1 }),
  ]);
  const id = projects.items[0]?.id;
  return [
    {
      title: "Create a project",
      text: "Give it a name and a description.",
      href: "/projects/?new",
      done: hasItems(projects),
    },
    {
      title: "Export it",
      text: "A job writes a file for you to download.",
      href: id ? `/projects/view/?id=${id}` : "/projects/",
      done: hasItems(jobs),
    },
  ];
}

async function managerSteps(click: Click): Promise<Step[]> {
  const [members, invitations, keys] = await Promise.all([
    listMembers(click),
    listInvitations(click),
    listApiKeys(click, { limit: 1 }),
  ]);
  return [
    {
      title: "Invite a colleague",
      text: "They get an email and join with a role.",
      href: "/members/?new",
      done: members.total > 1 || invitations.length > 0,
    },
    {
      title: "Create an API key",
      text: "For programs that use the API.",
      href: "/api-keys/?new",
      done: hasItems(keys),
    },
  ];
}

/** The first steps in a workspace, shown until all are done. */
export const FirstSteps = () => (
  <Show when={me()?.role} keyed>
    {(role) => <Steps manages={mayManage(role)} />}
  </Show>
);

function Steps(props: { manages: boolean }) {
  const steps = load("first steps", async (click) => [
    ...(await memberSteps(click)),
    ...(props.manages ? await managerSteps(click) : []),
  ]);
  const left = () => steps.value()?.filter(({ done }) => !done).length ?? 0;
  return (
    // Suggestions are optional: a problem is not shown.
    <Show when={left() > 0}>
      <section class="card first-steps" aria-labelledby="first-steps">
        <header class="card-head">
          <h2 id="first-steps">First steps</h2>
          <p class="muted">
            {(steps.value()?.length ?? 0) - left()} of {steps.value()?.length} done
          </p>
        </header>
        <ol class="checklist">
          <For each={steps.value()}>
            {(step) => (
              <li classList={{ done: step.done }}>
                <span class="tick">
                  <Show when={step.done}>
                    <Icon name="check" />
                  </Show>
                </span>
                <span>
                  <Show when={!step.done} fallback={<s>{step.title}</s>}>
                    <a href={step.href}>{step.title}</a>
                  </Show>
                  <span class="hidden">{step.done ? " (done)" : ""}</span>
                  <p class="row-more">{step.text}</p>
                </span>
              </li>
            )}
          </For>
        </ol>
      </section>
    </Show>
  );
}
