import { createSignal, Show } from "solid-js";
import { requestReset } from "../../api/identity.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
import { FormView } from "../../ui/form-view.tsx";
import { mount } from "../mount.ts";
import { MailSent } from "./mail-sent.tsx";

function ForgotPassword() {
  const [sentTo, setSentTo] = createSignal<string>();
  const form = createForm({
    click: "password.forgot",
    initial: { email: "" },
    async send({ email }, { click }) {
      await requestReset(click, email);
      setSentTo(email);
    },
  });

  return (
    <Show
      when={sentTo()}
      fallback={
        <>
          <h1>Forgot your password?</h1>
          <p class="lead">We send you a link to set a new one.</p>
          <FormView
            form={form}
            action="Send link"
            secondaryAction={<a href="/sign-in/">Back to sign in</a>}
          >
            <Field form={form} name="email" label="Email" type="email" autocomplete="username" />
          </FormView>
        </>
      }
    >
      {(email) => (
        <MailSent
          title="Check your email"
          lead={
            <>
              If there is an account for <strong>{email()}</strong>, we sent a link to it. The link
              works once and expires in one hour.
            </>
          }
        />
      )}
    </Show>
  );
}

mount("page", () => <ForgotPassword />);
