import { createEffect, createSignal, onCleanup, Show } from "solid-js";
import type { Problem } from "../lib/problem.ts";
import { signInHref } from "../lib/sign-in-href.ts";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Icon } from "./icon.tsx";

type Props = {
  problem: Problem;
  /** Sends the same request again. */
  retry?: () => void;
  /** Retries after the server's Retry-After, and when the browser is online again. For reads only. */
  automatic?: boolean;
};

/** The problem, what to do, and the request id to quote. */
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
            <a href={signInHref()}>Sign in again</a>. To keep your input,{" "}
            <a href="/sign-in/" target="_blank" rel="noopener">
              use a new tab
            </a>{" "}
            and come back.
          </p>
        </Show>
        <Show when={props.problem.requestId}>
          <p class="request-id">
            Request id <code>{props.problem.requestId}</code>{" "}
            <CopyButton text={props.problem.requestId} what="the request id" />
          </p>
        </Show>
        <Show when={props.retry && (props.problem.isRetryable || props.problem.isSignedOut)}>
          <Button onClick={() => props.retry?.()}>
            {wait() > 0 && props.automatic ? `Try again (automatic in ${wait()} s)` : "Try again"}
          </Button>
        </Show>
      </div>
    </div>
  );
}
