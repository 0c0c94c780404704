import { type JSX, onMount } from "solid-js";
import { Icon } from "../../ui/icon.tsx";

/** Confirms that an email was sent. The heading takes the focus, so that a screen reader announces it. */
export function MailSent(props: { title: string; lead: JSX.Element; children?: JSX.Element }) {
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
      <p class="lead help">No email? Check your spam folder first.</p>
      <div class="form-foot">
        {props.children}
        <a href="/sign-in/">Back to sign in</a>
      </div>
    </>
  );
}
