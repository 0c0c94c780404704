import { createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";
import { createStore, reconcile, type SetStoreFunction } from "solid-js/store";
import { type Click, startClick } from "../lib/click.ts";
import { asProblem, type Problem } from "../lib/problem.ts";
import { createWish } from "../lib/wish.ts";
import { Button } from "./button.tsx";
import { ProblemNote } from "./problem-note.tsx";

type Values = Record<string, string>;

export type Form<V extends Values> = {
  values: V;
  set: SetStoreFunction<V>;
  errors: Record<string, string | undefined>;
  busy(): boolean;
  problem(): Problem | undefined;
  /** Back to the beginning. */
  reset(): void;
  submit(event: SubmitEvent): void;
  retry(): void;
};

type Options<V extends Values> = {
  initial: V;
  /** The name of the click, such as `project.create`. */
  click: string;
  send(values: V, change: { click: Click; key: string }): Promise<unknown>;
  /** Problems that belong to a field, told there. */
  fieldOf?(problem: Problem): (keyof V & string) | undefined;
};

/**
 * A form that loses nothing: what was entered stays through every error, a retry carries the key of the
 * first attempt, and leaving the page with something unsent asks first.
 */
export function createForm<V extends Values>(options: Options<V>): Form<V> {
  const initial = { ...options.initial };
  const [values, set] = createStore<V>({ ...initial });
  const [errors, setErrors] = createStore<Record<string, string | undefined>>({});
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const wish = createWish();
  let sent = false;

  async function send(click: Click) {
    if (busy()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const asked = { ...values };
      await options.send(asked, { click, key: wish.keyFor(asked) });
      wish.fulfilled();
      sent = true;
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
    const touched = Object.entries(values).some(([name, value]) => value !== initial[name]);
    if (touched && !sent && !Object.hasOwn(values, "password")) event.preventDefault();
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
      sent = false;
    },
    submit(event) {
      event.preventDefault();
      const form = event.currentTarget as HTMLFormElement;
      const wrong = complaintsOf(form);
      setErrors(reconcile(wrong));
      const [first] = Object.keys(wrong);
      if (first) (form.elements.namedItem(first) as HTMLElement | null)?.focus();
      else void send(startClick(options.click, performance.timeOrigin + event.timeStamp));
    },
    retry: () => void send(startClick(options.click)),
  };
}

/** What the browser itself finds wrong, by the name of the field and in its own words. */
function complaintsOf(form: HTMLFormElement): Record<string, string> {
  const complaints: Record<string, string> = {};
  for (const element of form.elements) {
    if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) continue;
    if (element.name && !element.validity.valid)
      complaints[element.name] = element.validationMessage;
  }
  return complaints;
}

type FormViewProps<V extends Values> = {
  form: Form<V>;
  action: string;
  children: JSX.Element;
  /** Beside the button, or below it where that is wide. */
  beside?: JSX.Element;
};

export function FormView<V extends Values>(props: FormViewProps<V>) {
  return (
    <form class="form" novalidate onSubmit={props.form.submit}>
      {props.children}
      <Show when={props.form.problem()}>
        {(problem) => <ProblemNote problem={problem()} retry={props.form.retry} />}
      </Show>
      <footer class="form-foot">
        <Button type="submit" look="primary" busy={props.form.busy()}>
          {props.action}
        </Button>
        {props.beside}
      </footer>
    </form>
  );
}
