import { createEffect, createSignal, For, onCleanup, Show } from "solid-js";
import { type JobState, type ListedJob, listJobs } from "../../api/client.ts";
import { humanize } from "../../lib/format.ts";
import { isFinished } from "../../lib/job-watch.ts";
import { Actor } from "../../ui/actor.tsx";
import { StateBadge } from "../../ui/badge.tsx";
import { Button, LinkButton } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Filter } from "../../ui/filter.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { createPages } from "../../ui/pages.ts";
import { PagesView } from "../../ui/pages-view.tsx";
import { Time } from "../../ui/time.tsx";
import { mountPage } from "../page.tsx";

const STATES = [
  ["", "All"],
  ["queued", "Queued"],
  ["running", "Running"],
  ["succeeded", "Succeeded"],
  ["failed", "Failed"],
] as const;

const REFRESH_MILLISECONDS = 3_000;

function Jobs() {
  const [state, setState] = createSignal<JobState | "">("");
  const jobs = createPages("jobs", (click, cursor) =>
    listJobs(click, { cursor, limit: 20, state: state() || undefined }),
  );
  const hasUnfinished = () =>
    jobs.items().some((job) => !isFinished(job)) && jobs.items().length <= 20;
  createEffect(() => {
    if (!hasUnfinished()) return;
    const timer = setInterval(() => {
      if (!document.hidden && !jobs.busy()) jobs.reload();
    }, REFRESH_MILLISECONDS);
    onCleanup(() => clearInterval(timer));
  });

  return (
    <>
      <PageHead
        title="Jobs"
        lead="Background work, such as exports."
        actions={<Button onClick={jobs.reload}>Refresh</Button>}
      />
      <Filter
        legend="State"
        name="state"
        options={STATES}
        value={state()}
        onChange={(value) => {
          setState(value);
          jobs.reload();
        }}
      />
      <PagesView
        pages={jobs}
        empty={
          <Show
            when={!state()}
            fallback={
              <Empty icon="job" title={`No ${state()} jobs`}>
                Choose another state to see other jobs.
              </Empty>
            }
          >
            <Empty
              icon="job"
              title="No jobs yet"
              action={<LinkButton href="/projects/">Go to projects</LinkButton>}
            >
              Export a project to start one. Its state, its attempts and its file appear here.
            </Empty>
          </Show>
        }
      >
        <JobTable jobs={jobs.items()} />
      </PagesView>
    </>
  );
}

const JobTable = (props: { jobs: readonly ListedJob[] }) => (
  <table class="table">
    <caption class="hidden">Jobs, newest first</caption>
    <thead>
      <tr>
        <th scope="col">Job</th>
        <th scope="col">State</th>
        <th scope="col" class="wide-only">
          Attempts
        </th>
        <th scope="col" class="wide-only">
          Started by
        </th>
        <th scope="col">Created</th>
      </tr>
    </thead>
    <tbody>
      <For each={props.jobs}>
        {(job) => (
          <tr class="link-row">
            <th scope="row">
              <a class="row-link" href={`/jobs/view/?id=${job.id}`}>
                {humanize(job.task)}
              </a>
              <p class="row-more">{job.state === "failed" ? job.error?.message : ""}</p>
            </th>
            <td>
              <StateBadge state={job.state} />
            </td>
            <td class="wide-only">{job.attempt}</td>
            <td class="wide-only">
              <Actor id={job.created_by} />
            </td>
            <td>
              <Time at={job.created_at} />
            </td>
          </tr>
        )}
      </For>
    </tbody>
  </table>
);

mountPage(() => <Jobs />);
