import { createEffect, createSignal, onCleanup, Show } from "solid-js";
import type { Problem } from "../lib/problem.ts";
import { signInHref } from "../lib/session.ts";
import { Button } from "./button.tsx";
import { Copy } from "./copy.tsx";
import { Icon } from "./icon.tsx";

type Props = {
  problem: Problem;
  /** Asks for the same again. */
  retry?: () => void;
  /** Retries by itself once the wait that the server asked for is over. For what changes nothing. */
  automatic?: boolean;
};

/** What happened, what to do about it, and the request id to quote. */
export function ProblemNote(props: Props) {
  const [wait, setWait] = createSignal(0);
  createEffect(() => {
    setWait(props.problem.retryAfterSeconds ?? 0);
    const timer = setInterval(() => {
      if (wait() === 0) return;
      setWait(wait() - 1);
      if (wait() === 0 && props.automatic) props.retry?.();
    }, 1_000);
    onCleanup(() => clearInterval(timer));
  });
  // Back on line, there is no reason to wait for anybody to notice.
  createEffect(() => {
    if (props.problem.code !== "network.offline" || !props.automatic) return;
    const again = () => props.retry?.();
    addEventListener("online", again);
    onCleanup(() => removeEventListener("online", again));
  });

  return (
    <div class="note danger" role="alert">
      <Icon name="alert" />
      <div class="note-body">
        <p>{props.problem.message}</p>
        <Show when={props.problem.isSignedOut}>
          <p>
            <a href={signInHref()}>Sign in again</a>, or do so{" "}
            <a href="/sign-in/" target="_blank" rel="noopener">
              in another tab
            </a>{" "}
            and come back: nothing you entered is lost.
          </p>
        </Show>
        <Show when={props.problem.requestId}>
          <p class="request-id">
            Request <code>{props.problem.requestId}</code>{" "}
            <Copy text={props.problem.requestId} what="the request id" />
          </p>
        </Show>
        <Show when={props.retry && (props.problem.isPassing || props.problem.isSignedOut)}>
          <Button onClick={() => props.retry?.()}>
            {wait() > 0 && props.automatic ? `Try again (by itself in ${wait()} s)` : "Try again"}
          </Button>
        </Show>
      </div>
    </div>
  );
}
