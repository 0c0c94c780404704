import * as AlertDialog from "@kobalte/core/alert-dialog";
import { createSignal, onMount, Show } from "solid-js";
import { getSession } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { signInHref } from "../../lib/session.ts";
import { onElsewhere } from "../../lib/tabs.ts";
import { me } from "../../ui/me.ts";

type Change = { title: string; text: string; href: string; action: string };

const signedOut = (): Change => ({
  title: "You are signed out",
  text: "You signed out in another tab, or your session has ended.",
  href: signInHref(),
  action: "Sign in",
});

const switched = (to: string): Change => ({
  title: `You are in ${to} now`,
  text: `You switched workspaces in another tab. This page still shows ${me()?.tenant?.name ?? "the other one"}; what you do from here on would happen in ${to}.`,
  href: "/",
  action: "Go on there",
});

/**
 * Stands in the way when the session has become another one since this page was opened: what is shown
 * belongs to a workspace that is no longer the active one, and a click would act in the wrong one.
 */
export function Elsewhere() {
  const [change, setChange] = createSignal<Change>();

  async function look() {
    const shown = me();
    if (document.hidden || !shown || change()) return;
    const found = await getSession(startClick("session look")).catch(() => undefined);
    // No answer says nothing about the session, and another tab's message may have come first.
    if (found === undefined || change()) return;
    if (!found) return setChange(signedOut());
    const active = found.session.activeOrganizationId;
    if (active === (shown.tenant?.id ?? null)) return;
    const name = shown.tenants.find(({ id }) => id === active)?.name;
    setChange(switched(name ?? "another workspace"));
  }

  onMount(() => {
    onElsewhere((what) =>
      setChange(what.kind === "signed-out" ? signedOut() : switched(what.tenantName)),
    );
    document.addEventListener("visibilitychange", () => void look());
  });

  return (
    <AlertDialog.Root open={Boolean(change())}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay class="overlay" />
        <div class="dialog-place">
          <AlertDialog.Content
            class="dialog small"
            onEscapeKeyDown={(event) => event.preventDefault()}
          >
            <Show when={change()}>
              {(it) => (
                <>
                  <AlertDialog.Title class="dialog-title">{it().title}</AlertDialog.Title>
                  <AlertDialog.Description class="dialog-lead">{it().text}</AlertDialog.Description>
                  <footer class="dialog-foot">
                    <a class="button primary" href={it().href}>
                      {it().action}
                    </a>
                  </footer>
                </>
              )}
            </Show>
          </AlertDialog.Content>
        </div>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
