import { createSignal, onCleanup, Show } from "solid-js";
import { findJob, type Job, type Project, startExport } from "../../api/client.ts";
import { type Click, startClick } from "../../lib/click.ts";
import { watchJob } from "../../lib/job-watch.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { createWish } from "../../lib/wish.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { JobProgress } from "../jobs/progress.tsx";

/** Starts an export and shows how it goes. It goes on when the dialog is closed. */
export function Export(props: { project: Project }) {
  const [open, setOpen] = createSignal(false);
  const [job, setJob] = createSignal<Job>();
  const [problem, setProblem] = createSignal<Problem>();
  const wish = createWish();
  let stop = () => {};
  onCleanup(() => stop());

  async function start(click: Click) {
    stop();
    setOpen(true);
    setJob(undefined);
    setProblem(undefined);
    try {
      const started = await startExport(
        { click, key: wish.keyFor(props.project.id) },
        props.project.id,
      );
      wish.fulfilled();
      setJob(started);
      stop = watchJob({
        find: () => findJob(startClick("job.watch"), started.id),
        seen(seen) {
          setProblem(undefined);
          setJob(seen);
        },
        failed: setProblem,
      });
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  return (
    <>
      <Button
        look="primary"
        icon="download"
        onClick={(event) =>
          void start(startClick("project.export", performance.timeOrigin + event.timeStamp))
        }
      >
        Export
      </Button>
      <Dialog
        open={open()}
        onOpenChange={setOpen}
        title={`Export of ${props.project.name}`}
        description="A file with everything that belongs to the project. You may close this: the export goes on, and you find it under Jobs."
      >
        <Show when={problem()}>
          {(it) => (
            <ProblemNote
              problem={it()}
              {...(!job() && { retry: () => void start(startClick("project.export")) })}
            />
          )}
        </Show>
        <Show when={job()} fallback={<Show when={!problem()}>Asking for it…</Show>}>
          {(it) => <JobProgress job={it()} />}
        </Show>
      </Dialog>
    </>
  );
}
