import { createSignal, Show } from "solid-js";
import { signUp } from "../../api/identity.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
import { FormView } from "../../ui/form-view.tsx";
import { mount } from "../mount.ts";
import { MailSent } from "./mail-sent.tsx";
import { ResendVerification } from "./resend-verification.tsx";

function SignUp() {
  const [sentTo, setSentTo] = createSignal<string>();
  const form = createForm({
    click: "user.sign-up",
    initial: {
      name: "",
      email: new URLSearchParams(location.search).get("email") ?? "",
      password: "",
    },
    async send(user, { click }) {
      await signUp(click, user);
      setSentTo(user.email);
    },
    fieldOf: ({ code }) => (code.startsWith("PASSWORD_TOO") ? "password" : undefined),
  });

  return (
    <Show when={sentTo()} fallback={<SignUpForm form={form} />}>
      {(email) => <Sent email={email()} />}
    </Show>
  );
}

type SignUpValues = { name: string; email: string; password: string };

const SignUpForm = (props: { form: ReturnType<typeof createForm<SignUpValues>> }) => (
  <>
    <h1>Create your account</h1>
    <p class="lead">
      Already have an account? <a href={`/sign-in/${location.search}`}>Sign in</a>
    </p>
    <FormView form={props.form} action="Create account">
      <Field form={props.form} name="name" label="Your name" autocomplete="name" maxLength={200} />
      <Field
        form={props.form}
        name="email"
        label="Work email"
        type="email"
        autocomplete="username"
      />
      <Field
        form={props.form}
        name="password"
        label="Password"
        type="password"
        autocomplete="new-password"
        minLength={10}
        maxLength={128}
        help="At least 10 characters. Several words in a row work well."
      />
    </FormView>
  </>
);

const Sent = (props: { email: string }) => (
  <MailSent
    title="Check your email"
    lead={
      <>
        We sent a link to <strong>{props.email}</strong>. Open it within one day to confirm your
        address.
      </>
    }
  >
    <ResendVerification email={props.email} />
  </MailSent>
);

mount("page", () => <SignUp />);
