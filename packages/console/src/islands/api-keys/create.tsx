import { createSignal, For, Show } from "solid-js";
import { createApiKey, type NewApiKey, type Scope } from "../../api/client.ts";
import { Problem } from "../../lib/problem.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
import { FormDialog } from "../../ui/form-dialog.tsx";

// Does not compile unless it lists exactly the API's scopes.
const SCOPES = {
  "project:read": "See projects",
  "project:write": "Create, change, delete and export projects",
  "job:read": "See jobs and download their files",
  "audit:read": "Read the audit trail",
  "api_key:manage": "Create and revoke API keys",
} as const satisfies Record<Scope, string>;
const ALL = Object.entries(SCOPES) as [Scope, string][];

const DAY_MILLISECONDS = 86_400_000;
const LIFETIMES = [
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "One year"],
  ["", "Never"],
] as const;

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  created(key: NewApiKey): void;
};

export function CreateKey(props: Props) {
  const [scopes, setScopes] = createSignal<readonly Scope[]>(["project:read"]);
  const form = createForm({
    click: "api_key.create",
    initial: { name: "", days: "90", scopes: "project:read" },
    async send({ name, days }, mutation) {
      if (scopes().length === 0) throw noScope();
      const key = await createApiKey(mutation, {
        name,
        scopes: [...scopes()],
        ...(days && { expires_at: inDays(Number(days)) }),
      });
      props.onOpenChange(false);
      props.created(key);
      form.reset();
      setScopes(["project:read"]);
    },
    fieldOf: ({ code }) => (code === "console.no_scope" ? "scopes" : undefined),
  });
  const toggle = (scope: Scope, on: boolean) => {
    setScopes(ALL.map(([it]) => it).filter((it) => (it === scope ? on : scopes().includes(it))));
    form.set({ scopes: scopes().join(" ") });
  };

  return (
    <FormDialog
      form={form}
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="New API key"
      action="Create key"
    >
      <Field
        form={form}
        name="name"
        label="Name"
        maxLength={200}
        help="The program that uses the key, such as “Nightly import”."
      />
      <fieldset class="group">
        <legend class="label">Scopes</legend>
        <For each={ALL}>
          {([scope, text]) => (
            <label class="check">
              <input
                type="checkbox"
                name="scope"
                value={scope}
                checked={scopes().includes(scope)}
                onChange={(event) => toggle(scope, event.currentTarget.checked)}
              />
              <span>
                {text}
                <code class="muted">{scope}</code>
              </span>
            </label>
          )}
        </For>
        <Show when={form.errors.scopes}>
          <p class="error" role="alert">
            {form.errors.scopes}
          </p>
        </Show>
      </fieldset>
      <fieldset class="group">
        <legend class="label">Expires</legend>
        <div class="filter">
          <For each={LIFETIMES}>
            {([days, label]) => (
              <label>
                <input
                  type="radio"
                  name="days"
                  value={days}
                  checked={form.values.days === days}
                  onChange={() => form.set({ days })}
                />
                {label}
              </label>
            )}
          </For>
        </div>
      </fieldset>
    </FormDialog>
  );
}

/** The end of a day, so that a retry on the same day sends the same body and keeps its Idempotency-Key. */
function inDays(days: number): string {
  const day = new Date(Date.now() + days * DAY_MILLISECONDS).toISOString().slice(0, 10);
  return `${day}T23:59:59Z`;
}

const noScope = () =>
  new Problem({
    status: 422,
    code: "console.no_scope",
    detail: "Choose at least one scope.",
    requestId: "",
  });
