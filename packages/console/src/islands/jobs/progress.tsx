import { createSignal, For, Match, onCleanup, Show, Switch } from "solid-js";
import type { Job } from "../../api/client.ts";
import { duration, formatBytes } from "../../lib/format.ts";
import { isFinished } from "../../lib/job-watch.ts";
import { LinkButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";

const STEPS = ["Queued", "Running", "Done"] as const;

const stepOf = ({ state }: Job) => ({ queued: 0, running: 1, succeeded: 3, failed: 1 })[state];

/** A job's progress, its result and its error. */
export function JobProgress(props: { job: Job }) {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), 200);
  onCleanup(() => clearInterval(timer));
  const size = () => {
    const count = props.job.result?.bytes;
    return typeof count === "number" ? formatBytes(count) : undefined;
  };

  return (
    <div class="progress">
      <ol class="steps">
        <For each={STEPS}>
          {(step, at) => (
            <li
              class={at() < stepOf(props.job) ? "done" : at() === stepOf(props.job) ? "now" : ""}
              classList={{ failed: props.job.state === "failed" && at() === 1 }}
              aria-current={at() === stepOf(props.job) ? "step" : undefined}
            >
              {step}
            </li>
          )}
        </For>
      </ol>
      <p role="status">
        <Switch>
          <Match when={props.job.state === "queued"}>Waiting for a worker.</Match>
          <Match when={props.job.state === "running"}>
            A worker is running it{props.job.attempt > 1 && `, attempt ${props.job.attempt}`}.
          </Match>
          <Match when={props.job.state === "succeeded"}>Finished{size() && `: ${size()}`}.</Match>
          <Match when={props.job.state === "failed"}>The job failed.</Match>
        </Switch>
      </p>
      <p class="muted" aria-hidden="true">
        {isFinished(props.job)
          ? `Took ${duration(props.job.created_at, props.job.finished_at ?? now())}`
          : `${duration(props.job.created_at, now())} so far`}
      </p>
      <Show when={props.job.error}>
        {(error) => (
          <div class="note danger">
            <Icon name="alert" />
            <div class="note-body">
              <p>{error().message}</p>
              <p class="request-id">
                <code>{error().code}</code>
              </p>
            </div>
          </div>
        )}
      </Show>
      <Show when={props.job.download_url}>
        {(url) => (
          <div class="form-foot">
            <LinkButton variant="primary" icon="download" href={url()} download="">
              Download
            </LinkButton>
          </div>
        )}
      </Show>
    </div>
  );
}
