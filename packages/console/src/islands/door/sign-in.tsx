import { createSignal, Show } from "solid-js";
import { sendVerification, signIn } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { nextHref } from "../../lib/session.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { createForm, FormView } from "../../ui/form.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { mount } from "../mount.ts";

function SignIn() {
  const [unconfirmed, setUnconfirmed] = createSignal(false);
  const form = createForm({
    click: "session.sign-in",
    initial: { email: "", password: "" },
    async send({ email, password }, { click }) {
      setUnconfirmed(false);
      try {
        await signIn(click, { email, password, rememberMe: true });
        location.assign(nextHref(location.search, location.origin));
      } catch (error) {
        const problem = asProblem(error);
        setUnconfirmed(problem.code === "EMAIL_NOT_VERIFIED");
        if (!unconfirmed()) throw problem;
      }
    },
  });

  return (
    <>
      <h1>Sign in</h1>
      <p class="lead">
        New here? <a href={`/sign-up/${location.search}`}>Create an account</a>
      </p>
      <FormView
        form={form}
        action="Sign in"
        beside={<a href="/forgot-password/">Forgotten your password?</a>}
      >
        <Field form={form} name="email" label="Email" type="email" autocomplete="username" />
        <Field
          form={form}
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
        />
        <Show when={unconfirmed()}>
          <Unconfirmed email={form.values.email} />
        </Show>
      </FormView>
    </>
  );
}

/** The account is there, the address isn't confirmed: a new letter is on its way already. */
function Unconfirmed(props: { email: string }) {
  const [sent, setSent] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const again = () =>
    sendVerification(startClick("address.confirm-again"), props.email)
      .then(() => setSent(true))
      .catch((error: unknown) => setProblem(asProblem(error)));
  return (
    <div class="note info" role="alert">
      <div class="note-body">
        <p>
          Confirm your address first. We have sent a new link to <strong>{props.email}</strong>.
        </p>
        <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
        <Button onClick={() => void again()}>
          {sent() ? "Sent. Once more?" : "Send it again"}
        </Button>
      </div>
    </div>
  );
}

mount("page", () => <SignIn />);
