import { createSignal, For, Show } from "solid-js";
import type { Tenant } from "../../api/identity.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { me } from "../../ui/me.ts";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { Monogram } from "./monogram.tsx";
import { switchWorkspace } from "./switch-workspace.ts";

/** Shows the active workspace and switches to another one. */
export function Switcher() {
  const [open, setOpen] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const choose = async (tenant: Tenant) => {
    setProblem(undefined);
    if (tenant.id === me()?.tenant?.id) return setOpen(false);
    await switchWorkspace(tenant).catch((error: unknown) => setProblem(asProblem(error)));
  };

  return (
    <>
      <button type="button" class="switcher" onClick={() => setOpen(true)} aria-haspopup="dialog">
        <Monogram name={me()?.tenant?.name ?? ""} />
        <span class="switcher-text">
          <span class="switcher-hint">Workspace</span>
          <span class="switcher-name">{me() ? (me()?.tenant?.name ?? "None") : "\u00a0"}</span>
        </span>
        <Icon name="updown" />
      </button>
      <Dialog open={open()} onOpenChange={setOpen} title="Switch workspace">
        <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
        <ul class="choices">
          <For each={me()?.tenants}>
            {(tenant) => (
              <li>
                <button
                  type="button"
                  class="choice"
                  aria-current={tenant.id === me()?.tenant?.id ? "true" : undefined}
                  onClick={() => void choose(tenant)}
                >
                  <Monogram name={tenant.name} />
                  <span class="choice-name">{tenant.name}</span>
                  <Show when={tenant.id === me()?.tenant?.id}>
                    <Icon name="check" />
                    <span class="hidden">current</span>
                  </Show>
                </button>
              </li>
            )}
          </For>
        </ul>
        <footer class="dialog-foot">
          <a class="button plain" href="/workspaces/">
            Manage workspaces
          </a>
          <a class="button primary" href="/workspaces/?new">
            <Icon name="plus" />
            New workspace
          </a>
        </footer>
      </Dialog>
    </>
  );
}
