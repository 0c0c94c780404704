import { type JSX, Show } from "solid-js";
import { Button } from "./button.tsx";
import type { Form } from "./form.ts";
import { ProblemNote } from "./problem-note.tsx";

type Props<V extends Record<string, string>> = {
  form: Form<V>;
  /** Text of the button: what it does. */
  action: string;
  children: JSX.Element;
  /** Beside the button; below it where the form is narrow. */
  secondaryAction?: JSX.Element;
};

export const FormView = <V extends Record<string, string>>(props: Props<V>) => (
  <form class="form" novalidate onSubmit={props.form.submit}>
    {props.children}
    <Show when={props.form.problem()}>
      {(problem) => <ProblemNote problem={problem()} retry={props.form.retry} />}
    </Show>
    <footer class="form-foot">
      <Button type="submit" variant="primary" busy={props.form.busy()}>
        {props.action}
      </Button>
      {props.secondaryAction}
    </footer>
  </form>
);
