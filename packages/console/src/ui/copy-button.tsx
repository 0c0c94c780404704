import { createSignal } from "solid-js";
import { Icon } from "./icon.tsx";

/** Copies a text and confirms it on the button. */
export function CopyButton(props: { text: string; what: string; label?: string }) {
  const [done, setDone] = createSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(props.text);
    setDone(true);
    setTimeout(() => setDone(false), 2_000);
  };
  return (
    <button
      type="button"
      class={props.label ? "button plain" : "icon-button"}
      aria-label={done() ? "Copied" : `Copy ${props.what}`}
      onClick={() => void copy()}
    >
      <Icon name={done() ? "check" : "copy"} />
      {props.label && <span aria-live="polite">{done() ? "Copied" : props.label}</span>}
    </button>
  );
}
