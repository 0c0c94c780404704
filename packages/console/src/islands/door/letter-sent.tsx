import { type JSX, onMount } from "solid-js";
import { Icon } from "../../ui/icon.tsx";

/** A letter is on its way. The heading takes the focus, so that it is heard. */
export function LetterSent(props: { title: string; lead: JSX.Element; children?: JSX.Element }) {
  let heading: HTMLHeadingElement | undefined;
  onMount(() => heading?.focus());
  return (
    <>
      <span class="empty-icon">
        <Icon name="mail" />
      </span>
      <h1 ref={heading} tabindex="-1">
        {props.title}
      </h1>
      <p class="lead">{props.lead}</p>
      <p class="lead help">
        Nothing there? Look in the spam folder before you ask for another one.
      </p>
      <div class="form-foot">
        {props.children}
        <a href="/sign-in/">Back to sign in</a>
      </div>
    </>
  );
}
