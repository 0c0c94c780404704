import { For } from "solid-js";

type Props<Value extends string> = {
  legend: string;
  name: string;
  options: readonly (readonly [value: Value, label: string])[];
  value: Value;
  onChange(value: Value): void;
};

/** A radio group of a few visible options. */
export const Filter = <Value extends string>(props: Props<Value>) => (
  <fieldset class="filter">
    <legend class="hidden">{props.legend}</legend>
    <For each={props.options}>
      {([value, label]) => (
        <label>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={props.value === value}
            onChange={() => props.onChange(value)}
          />
          {label}
        </label>
      )}
    </For>
  </fieldset>
);
