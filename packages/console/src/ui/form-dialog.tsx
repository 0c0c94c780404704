import type { JSX } from "solid-js";
import { Dialog } from "./dialog.tsx";
import type { Form } from "./form.ts";
import { FormView } from "./form-view.tsx";

type Props<V extends Record<string, string>> = {
  form: Form<V>;
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** Text of the button: what it does. */
  action: string;
  children: JSX.Element;
};

/** A form in a dialog. It stays open until the request is answered: the answer closes it and resets the form. */
export const FormDialog = <V extends Record<string, string>>(props: Props<V>) => (
  <Dialog
    open={props.open}
    onOpenChange={(open) => (open || !props.form.busy()) && props.onOpenChange(open)}
    title={props.title}
  >
    <FormView form={props.form} action={props.action}>
      {props.children}
    </FormView>
  </Dialog>
);
