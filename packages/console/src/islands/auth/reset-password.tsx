import { createSignal, Match, Switch } from "solid-js";
import { resetPassword } from "../../api/identity.ts";
import { asProblem } from "../../lib/problem.ts";
import { LinkButton } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
import { FormView } from "../../ui/form-view.tsx";
import { mount } from "../mount.ts";

function ResetPassword() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  const [done, setDone] = createSignal(false);
  const [isInvalid, setInvalid] = createSignal(!token);
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
        setInvalid(true);
      }
    },
    fieldOf: ({ code }) => (code.startsWith("PASSWORD_TOO") ? "password" : undefined),
  });

  return (
    <Switch>
      <Match when={done()}>
        <h1>Password changed</h1>
        <p class="lead">You are signed out on all devices.</p>
        <div class="form-foot">
          <LinkButton variant="primary" href="/sign-in/">
            Sign in
          </LinkButton>
        </div>
      </Match>
      <Match when={isInvalid()}>
        <h1>This link does not work</h1>
        <p class="lead">
          The link is incomplete, expired or already used. A link works once and expires in one
          hour.
        </p>
        <div class="form-foot">
          <LinkButton variant="primary" href="/forgot-password/">
            Request a new link
          </LinkButton>
        </div>
      </Match>
      <Match when={true}>
        <h1>Set a new password</h1>
        <p class="lead">This signs you out on all devices.</p>
        <FormView form={form} action="Set password">
          <Field
            form={form}
            name="password"
            label="New password"
            type="password"
            autocomplete="new-password"
            minLength={10}
            maxLength={128}
            help="At least 10 characters. Several words in a row work well."
          />
        </FormView>
      </Match>
    </Switch>
  );
}

mount("page", () => <ResetPassword />);
