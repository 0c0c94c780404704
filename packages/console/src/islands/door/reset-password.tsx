import { createSignal, Match, Switch } from "solid-js";
import { resetPassword } from "../../api/identity.ts";
import { asProblem } from "../../lib/problem.ts";
import { LinkButton } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { createForm, FormView } from "../../ui/form.tsx";
import { mount } from "../mount.ts";

function ResetPassword() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  const [done, setDone] = createSignal(false);
  const [isSpent, setSpent] = createSignal(!token);
  const form = createForm({
    click: "password.reset",
    initial: { password: "" },
    async send({ password }, { click }) {
      try {
        await resetPassword(click, { token, newPassword: password });
        setDone(true);
      } catch (error) {
        const problem = asProblem(error);
        if (problem.code !== "INVALID_TOKEN") throw problem;
        setSpent(true);
      }
    },
    fieldOf: ({ code }) => (code.startsWith("PASSWORD_TOO") ? "password" : undefined),
  });

  return (
    <Switch>
      <Match when={done()}>
        <h1>You have a new password</h1>
        <p class="lead">Wherever you were signed in, you are not any more.</p>
        <div class="form-foot">
          <LinkButton look="primary" href="/sign-in/">
            Sign in
          </LinkButton>
        </div>
      </Match>
      <Match when={isSpent()}>
        <h1>This link does not work</h1>
        <p class="lead">
          A link to choose a password works once, and for one hour. This one is incomplete, too old,
          or used.
        </p>
        <div class="form-foot">
          <LinkButton look="primary" href="/forgot-password/">
            Ask for a new one
          </LinkButton>
        </div>
      </Match>
      <Match when={true}>
        <h1>Choose a new password</h1>
        <p class="lead">It ends all of your sessions: you sign in again afterwards.</p>
        <FormView form={form} action="Set password">
          <Field
            form={form}
            name="password"
            label="New password"
            type="password"
            autocomplete="new-password"
            minLength={10}
            maxLength={128}
            help="At least 10 characters. A few words in a row are good."
          />
        </FormView>
      </Match>
    </Switch>
  );
}

mount("page", () => <ResetPassword />);
