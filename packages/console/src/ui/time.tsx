import { createSignal, onCleanup } from "solid-js";
import { absoluteTime, relativeTime } from "../lib/format.ts";

/** A relative time, with the absolute one as its title. */
export function Time(props: { at: string }) {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), 30_000);
  onCleanup(() => clearInterval(timer));
  return (
    <time datetime={props.at} title={absoluteTime(props.at)}>
      {relativeTime(props.at, now())}
    </time>
  );
}
