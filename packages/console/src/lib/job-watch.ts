import type { Job } from "../api/client.ts";
import { asProblem, type Problem } from "./problem.ts";

const FIRST_WAIT_MILLISECONDS = 400;
const LONGEST_WAIT_MILLISECONDS = 4_000;

export const isOver = ({ state }: Pick<Job, "state">): boolean =>
  state === "succeeded" || state === "failed";

type Watch = {
  find(): Promise<Job>;
  seen(job: Job): void;
  failed(problem: Problem): void;
};

/**
 * Asks for a job until it is over, more slowly the longer it takes, and not while nobody looks. What
 * fails on the way is told, and asked again: the job goes on whether we can see it or not.
 *
 * @returns what stops it
 */
export function watchJob({ find, seen, failed }: Watch): () => void {
  let wait = FIRST_WAIT_MILLISECONDS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function look(): Promise<void> {
    if (stopped) return;
    if (!document.hidden) {
      try {
        const job = await find();
        if (stopped) return;
        seen(job);
        if (isOver(job)) return;
      } catch (error) {
        const problem = asProblem(error);
        failed(problem);
        if (!problem.isPassing) return;
      }
    }
    timer = setTimeout(look, wait);
    wait = Math.min(LONGEST_WAIT_MILLISECONDS, wait * 1.3);
  }

  timer = setTimeout(look, wait);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
