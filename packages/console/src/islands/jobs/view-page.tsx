import { Show } from "solid-js";
import { findJob, type Job } from "../../api/client.ts";
import { absoluteTime, humanize } from "../../lib/format.ts";
import { Actor } from "../../ui/actor.tsx";
import { StateBadge } from "../../ui/badge.tsx";
import { LinkButton } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Time } from "../../ui/time.tsx";
import { mountPage } from "../page.tsx";
import { followJob } from "./follow.ts";
import { JobProgress } from "./progress.tsx";

const id = new URLSearchParams(location.search).get("id") ?? "";
const back = { href: "/jobs/", label: "Jobs" };

function JobPage() {
  const job = load("job", (click) => findJob(click, id));
  // The page keeps showing the last known state while polling fails.
  followJob(job.value, { onJob: job.set, onProblem: () => {} });
  return (
    <LoadedView
      from={job}
      heading={<PageHead title="Job" back={back} />}
      renderProblem={({ status }) => (status === 404 ? <Missing /> : undefined)}
    >
      {(found) => <View job={found()} />}
    </LoadedView>
  );
}

const Missing = () => (
  <>
    <PageHead title="Job" back={back} />
    <Empty
      icon="job"
      title="Job not found"
      action={<LinkButton href="/jobs/">All jobs</LinkButton>}
    >
      It belongs to another workspace, or it has expired.
    </Empty>
  </>
);

const View = (props: { job: Job }) => (
  <>
    <PageHead
      title={humanize(props.job.task)}
      back={back}
      actions={<StateBadge state={props.job.state} />}
    />
    <section class="card" aria-label="Progress">
      <JobProgress job={props.job} />
    </section>
    <section class="card" aria-label="About this job">
      <dl class="facts">
        <div>
          <dt>Started by</dt>
          <dd>
            <Actor id={props.job.created_by} />, <Time at={props.job.created_at} />
          </dd>
        </div>
        <div>
          <dt>Attempts</dt>
          <dd>{props.job.attempt}</dd>
        </div>
        <Show when={props.job.finished_at}>
          {(at) => (
            <div>
              <dt>Finished</dt>
              <dd>{absoluteTime(at())}</dd>
            </div>
          )}
        </Show>
        <div class="whole">
          <dt>Id</dt>
          <dd>
            <code>{props.job.id}</code>
          </dd>
        </div>
      </dl>
    </section>
    <Show when={props.job.result}>
      {(result) => (
        <section>
          <h2>Result</h2>
          <pre class="json">{JSON.stringify(result(), null, 2)}</pre>
        </section>
      )}
    </Show>
  </>
);

mountPage(() => <JobPage />);
