import { asProblem, type Problem } from "./problem.ts";

const FIRST_WAIT_MILLISECONDS = 400;
const LONGEST_WAIT_MILLISECONDS = 4_000;

type WithState = { state: string };

export const isFinished = ({ state }: WithState): boolean =>
  state === "succeeded" || state === "failed";

type Watch<J extends WithState> = {
  find(): Promise<J>;
  onJob(job: J): void;
  onProblem(problem: Problem): void;
  /** Whether the page is in the background: the job is then not fetched. */
  isHidden(): boolean;
};

/**
 * Polls a job until it is finished, at growing intervals. A retryable problem is reported and the job
 * is polled again; any other problem ends the watch.
 *
 * @returns stops the watch: neither callback is called afterwards
 */
export function watchJob<J extends WithState>(watch: Watch<J>): () => void {
  let wait = FIRST_WAIT_MILLISECONDS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function poll(): Promise<void> {
    const mayContinue = watch.isHidden() || (await fetchOnce());
    if (stopped || !mayContinue) return;
    timer = setTimeout(poll, wait);
    wait = Math.min(LONGEST_WAIT_MILLISECONDS, wait * 1.3);
  }

  async function fetchOnce(): Promise<boolean> {
    try {
      const job = await watch.find();
      if (!stopped) watch.onJob(job);
      return !isFinished(job);
    } catch (error) {
      const problem = asProblem(error);
      if (!stopped) watch.onProblem(problem);
      return problem.isRetryable;
    }
  }

  timer = setTimeout(poll, wait);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
