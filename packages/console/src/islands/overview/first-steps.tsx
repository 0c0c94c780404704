import { For, Show } from "solid-js";
import { listApiKeys, listJobs, listProjects } from "../../api/client.ts";
import { listInvitations, listMembers } from "../../api/identity.ts";
import type { Click } from "../../lib/click.ts";
import { mayManage } from "../../lib/session.ts";
import { Icon } from "../../ui/icon.tsx";
import { load } from "../../ui/load.ts";
import { me } from "../../ui/me.ts";

type Step = { title: string; text: string; href: string; done: boolean };

const any = ({ items }: { items: unknown[] }) => items.length > 0;

async function everybody(click: Click): Promise<Step[]> {
  const [projects, jobs] = await Promise.all([
    listProjects(click, { limit: 1 }),
    listJobs(click, { limit: 1 }),
  ]);
  const id = projects.items[0]?.id;
  return [
    {
      title: "Create a project",
      text: "Give what you work on a name.",
      href: "/projects/?new",
      done: any(projects),
    },
    {
      title: "Export it",
      text: "A worker writes a file, and you download it.",
      href: id ? `/projects/view/?id=${id}` : "/projects/",
      done: any(jobs),
    },
  ];
}

async function managers(click: Click): Promise<Step[]> {
  const [members, invitations, keys] = await Promise.all([
    listMembers(click),
    listInvitations(click),
    listApiKeys(click, { limit: 1 }),
  ]);
  return [
    {
      title: "Invite a colleague",
      text: "They join by mail, with a role.",
      href: "/members/?new",
      done: members.total > 1 || invitations.length > 0,
    },
    {
      title: "Create an API key",
      text: "For the programs that do what you would rather not.",
      href: "/api-keys/?new",
      done: any(keys),
    },
  ];
}

/** What to do first, until all of it is done. */
export const FirstSteps = () => (
  <Show when={me()?.role} keyed>
    {(role) => <Steps manages={mayManage(role)} />}
  </Show>
);

function Steps(props: { manages: boolean }) {
  const steps = load("first steps", async (click) => [
    ...(await everybody(click)),
    ...(props.manages ? await managers(click) : []),
  ]);
  const left = () => steps.value()?.filter(({ done }) => !done).length ?? 0;
  return (
    // A list of suggestions that can't be fetched is not worth a complaint.
    <Show when={left() > 0}>
      <section class="card first-steps" aria-labelledby="first-steps">
        <header class="card-head">
          <h2 id="first-steps">Get to know it</h2>
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
