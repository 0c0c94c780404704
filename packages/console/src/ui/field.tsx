import { TextField } from "@kobalte/core/text-field";
import { type JSX, Show } from "solid-js";
import type { Form } from "./form.ts";

type Props<V extends Record<string, string>> = {
  form: Form<V>;
  name: keyof V & string;
  label: string;
  help?: JSX.Element;
  optional?: boolean;
  type?: "text" | "email" | "password" | "search" | "date";
  autocomplete?: string;
  minLength?: number;
  maxLength?: number;
  min?: string;
  rows?: number;
};

/** A labelled text field or text area, with its help and its error. */
export function Field<V extends Record<string, string>>(props: Props<V>) {
  const error = () => props.form.errors[props.name];
  const common = () => ({
    class: "input",
    autocomplete: props.autocomplete ?? "off",
    minLength: props.minLength,
    maxLength: props.maxLength,
  });
  return (
    <TextField
      class="field"
      name={props.name}
      value={props.form.values[props.name] ?? ""}
      onChange={(value) => props.form.set(props.name as never, value as never)}
      validationState={error() ? "invalid" : "valid"}
      required={!props.optional}
    >
      <TextField.Label class="label">
        {props.label}
        <Show when={props.optional}>
          <span class="optional"> optional</span>
        </Show>
      </TextField.Label>
      <Show
        when={props.rows}
        fallback={<TextField.Input {...common()} type={props.type ?? "text"} min={props.min} />}
      >
        {(rows) => <TextField.TextArea {...common()} rows={rows()} />}
      </Show>
      <Show when={props.help && !error()}>
        <TextField.Description class="help">{props.help}</TextField.Description>
      </Show>
      <TextField.ErrorMessage class="error">{error()}</TextField.ErrorMessage>
    </TextField>
  );
}
