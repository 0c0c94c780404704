import { createSignal, Show } from "solid-js";
import { signIn } from "../../api/identity.ts";
import { asProblem } from "../../lib/problem.ts";
import { nextHref } from "../../lib/sign-in-href.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
import { FormView } from "../../ui/form-view.tsx";
import { mount } from "../mount.ts";
import { ResendVerification } from "./resend-verification.tsx";

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
        secondaryAction={<a href="/forgot-password/">Forgot your password?</a>}
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

/** The account exists and its address is not confirmed. The server has sent a new link. */
const Unconfirmed = (props: { email: string }) => (
  <div class="note info" role="alert">
    <div class="note-body">
      <p>
        Confirm your email address first. We sent a new link to <strong>{props.email}</strong>.
      </p>
      <ResendVerification email={props.email} />
    </div>
  </div>
);

mount("page", () => <SignIn />);
