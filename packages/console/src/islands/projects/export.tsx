import { createSignal, Show } from "solid-js";
import { type Job, type Project, startExport } from "../../api/client.ts";
import { type Click, startClick } from "../../lib/click.ts";
import { createIdempotencyKey } from "../../lib/idempotency-key.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { followJob } from "../jobs/follow.ts";
import { JobProgress } from "../jobs/progress.tsx";

/** Starts an export and shows its progress. Closing the dialog does not stop it. */
export function Export(props: { project: Project }) {
  const [open, setOpen] = createSignal(false);
  const [job, setJob] = createSignal<Job>();
  const [problem, setProblem] = createSignal<Problem>();
  const [starting, setStarting] = createSignal(false);
  const key = createIdempotencyKey();
  followJob(job, {
    onJob(seen) {
      setProblem(undefined);
      setJob(seen);
    },
    onProblem: setProblem,
  });

  async function start(click: Click) {
    setOpen(true);
    if (starting()) return;
    setStarting(true);
    setJob(undefined);
    setProblem(undefined);
    const { id } = props.project;
    try {
      const started = await startExport({ click, idempotencyKey: key.for(id) }, id);
      key.clear();
      setJob(started);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setStarting(false);
    }
  }

  return (
    <>
      <Button
        variant="primary"
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
        description="A file with all data of the project. You can close this dialog: the export continues, and you find it under Jobs."
      >
        <Show when={problem()}>
          {(it) => (
            <ProblemNote
              problem={it()}
              {...(!job() && { retry: () => void start(startClick("project.export")) })}
            />
          )}
        </Show>
        <Show when={job()} fallback={<Show when={!problem()}>Starting the export…</Show>}>
          {(it) => <JobProgress job={it()} />}
        </Show>
      </Dialog>
    </>
  );
}
