import { createSignal, Show } from "solid-js";
import { requestReset } from "../../api/identity.ts";
import { Field } from "../../ui/field.tsx";
import { createForm, FormView } from "../../ui/form.tsx";
import { mount } from "../mount.ts";
import { LetterSent } from "./letter-sent.tsx";

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
          <h1>Forgotten password</h1>
          <p class="lead">We send you a link to choose a new one.</p>
          <FormView
            form={form}
            action="Send the link"
            beside={<a href="/sign-in/">Back to sign in</a>}
          >
            <Field form={form} name="email" label="Email" type="email" autocomplete="username" />
          </FormView>
        </>
      }
    >
      {(email) => (
        <LetterSent
          title="Check your mail"
          lead={
            <>
              If there is an account for <strong>{email()}</strong>, a link is on its way. It is
              good for one hour and for one use.
            </>
          }
        />
      )}
    </Show>
  );
}

mount("page", () => <ForgotPassword />);
