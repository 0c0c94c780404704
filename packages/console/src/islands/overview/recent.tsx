import { For, Show } from "solid-js";
import { listJobs, listProjects } from "../../api/client.ts";
import { humanize } from "../../lib/format.ts";
import { StateBadge } from "../../ui/badge.tsx";
import { load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { Time } from "../../ui/time.tsx";

const LIMIT = 5;

export function RecentProjects() {
  const projects = load("overview projects", (click) => listProjects(click, { limit: LIMIT }));
  return (
    <section class="card">
      <header class="card-head">
        <h2>Projects</h2>
        <a href="/projects/">All projects</a>
      </header>
      <LoadedView from={projects}>
        {(found) => (
          <Show
            when={found().items.length > 0}
            fallback={
              <p class="muted">
                No projects yet. <a href="/projects/?new">Create one.</a>
              </p>
            }
          >
            <ul class="lines">
              <For each={found().items}>
                {(project) => (
                  <li>
                    <a href={`/projects/view/?id=${project.id}`}>{project.name}</a>
                    <Time at={project.created_at} />
                  </li>
                )}
              </For>
            </ul>
          </Show>
        )}
      </LoadedView>
    </section>
  );
}

export function RecentJobs() {
  const jobs = load("overview jobs", (click) => listJobs(click, { limit: LIMIT }));
  return (
    <section class="card">
      <header class="card-head">
        <h2>Jobs</h2>
        <a href="/jobs/">All jobs</a>
      </header>
      <LoadedView from={jobs}>
        {(found) => (
          <Show
            when={found().items.length > 0}
            fallback={<p class="muted">No jobs yet. Export a project to start one.</p>}
          >
            <ul class="lines">
              <For each={found().items}>
                {(job) => (
                  <li>
                    <a href={`/jobs/view/?id=${job.id}`}>{humanize(job.task)}</a>
                    <StateBadge state={job.state} />
                  </li>
                )}
              </For>
            </ul>
          </Show>
        )}
      </LoadedView>
    </section>
  );
}
