import { createEffect, createMemo, onCleanup } from "solid-js";
import { findJob, type Job } from "../../api/client.ts";
import { startClick } from "../../lib/click.ts";
import { isFinished, watchJob } from "../../lib/job-watch.ts";
import type { Problem } from "../../lib/problem.ts";

type Callbacks = { onJob(job: Job): void; onProblem(problem: Problem): void };

/** Polls the job that `job` returns until it is finished, replaced or the component is disposed. */
export function followJob(job: () => Job | undefined, { onJob, onProblem }: Callbacks): void {
  const unfinishedId = createMemo(() => {
    const current = job();
    return current && !isFinished(current) ? current.id : undefined;
  });
  createEffect(() => {
    const id = unfinishedId();
    if (!id) return;
    const find = () => findJob(startClick("job.watch"), id);
    onCleanup(watchJob({ find, onJob, onProblem, isHidden: () => document.hidden }));
  });
}
