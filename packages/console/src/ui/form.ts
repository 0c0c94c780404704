import { createSignal, onCleanup, onMount } from "solid-js";
import { createStore, reconcile, type SetStoreFunction } from "solid-js/store";
import { type Click, startClick } from "../lib/click.ts";
import { createIdempotencyKey } from "../lib/idempotency-key.ts";
import type { Mutation } from "../lib/mutation.ts";
import { asProblem, type Problem } from "../lib/problem.ts";
import { createUnsavedChanges } from "../lib/unsaved-changes.ts";

type Values = Record<string, string>;

export type Form<V extends Values> = {
  values: V;
  set: SetStoreFunction<V>;
  errors: Record<string, string | undefined>;
  busy(): boolean;
  problem(): Problem | undefined;
  /** Restores the initial values. */
  reset(): void;
  submit(event: SubmitEvent): void;
  retry(): void;
};

type Options<V extends Values> = {
  initial: V;
  /** The name of the click, such as `project.create`. */
  click: string;
  send(values: V, mutation: Mutation): Promise<unknown>;
  /** The field that a problem belongs to. The field then shows it. */
  fieldOf?(problem: Problem): (keyof V & string) | undefined;
};

/**
 * A form that keeps its input through every error. A retry carries the Idempotency-Key of the first
 * attempt, and leaving the page with unsaved input asks first.
 */
export function createForm<V extends Values>(options: Options<V>): Form<V> {
  const initial = { ...options.initial };
  const [values, set] = createStore<V>({ ...initial });
  const [errors, setErrors] = createStore<Record<string, string | undefined>>({});
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const key = createIdempotencyKey();
  const unsaved = createUnsavedChanges(initial);

  async function send(click: Click) {
    if (busy()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const sent = { ...values };
      await options.send(sent, { click, idempotencyKey: key.for(sent) });
      key.clear();
      unsaved.save(sent, values);
    } catch (error) {
      const caught = asProblem(error);
      const field = options.fieldOf?.(caught);
      if (field) setErrors({ [field]: caught.message });
      else setProblem(caught);
    } finally {
      setBusy(false);
    }
  }

  const guard = (event: BeforeUnloadEvent) => {
    if (unsaved.has(values) && !Object.hasOwn(values, "password")) event.preventDefault();
  };
  onMount(() => addEventListener("beforeunload", guard));
  onCleanup(() => removeEventListener("beforeunload", guard));

  return {
    values,
    set,
    errors,
    busy,
    problem,
    reset() {
      set(reconcile({ ...initial }));
      setErrors(reconcile({}));
      setProblem(undefined);
      unsaved.reset();
    },
    submit(event) {
      event.preventDefault();
      const form = event.currentTarget as HTMLFormElement;
      const invalid = invalidFieldsOf(form);
      setErrors(reconcile(invalid));
      const [first] = Object.keys(invalid);
      if (first) (form.elements.namedItem(first) as HTMLElement | null)?.focus();
      else void send(startClick(options.click, performance.timeOrigin + event.timeStamp));
    },
    retry: () => void send(startClick(options.click)),
  };
}

/** The browser's own validation messages, by field name. */
function invalidFieldsOf(form: HTMLFormElement): Record<string, string> {
  const invalid: Record<string, string> = {};
  for (const element of form.elements) {
    if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) continue;
    if (element.name && !element.validity.valid) invalid[element.name] = element.validationMessage;
  }
  return invalid;
}
