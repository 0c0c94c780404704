import { createSignal, Show } from "solid-js";
import { sendVerification, signUp } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { createForm, FormView } from "../../ui/form.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { mount } from "../mount.ts";
import { LetterSent } from "./letter-sent.tsx";

function SignUp() {
  const [sentTo, setSentTo] = createSignal<string>();
  const form = createForm({
    click: "user.sign-up",
    initial: {
      name: "",
      email: new URLSearchParams(location.search).get("email") ?? "",
      password: "",
    },
    async send(person, { click }) {
      await signUp(click, person);
      setSentTo(person.email);
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
      Have an account already? <a href={`/sign-in/${location.search}`}>Sign in</a>
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
        help="At least 10 characters. A few words in a row are good."
      />
    </FormView>
  </>
);

function Sent(props: { email: string }) {
  const [again, setAgain] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const resend = () =>
    sendVerification(startClick("address.confirm-again"), props.email)
      .then(() => setAgain(true))
      .catch((error: unknown) => setProblem(asProblem(error)));
  return (
    <LetterSent
      title="Check your mail"
      lead={
        <>
          We sent a link to <strong>{props.email}</strong>. Open it to confirm that the address is
          yours; it is good for one day.
        </>
      }
    >
      <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
      <Button onClick={() => void resend()}>{again() ? "Sent again" : "Send it again"}</Button>
    </LetterSent>
  );
}

mount("page", () => <SignUp />);
