import * as AlertDialog from "@kobalte/core/alert-dialog";
import { createSignal, onMount, Show } from "solid-js";
import { getSession } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { onSessionChange } from "../../lib/session-change.ts";
import { signInHref } from "../../lib/sign-in-href.ts";
import { me } from "../../ui/me.ts";

type Notice = { title: string; text: string; href: string; action: string };

const signedOut = (): Notice => ({
  title: "You are signed out",
  text: "You signed out in another tab, or your session has expired.",
  href: signInHref(),
  action: "Sign in",
});

const switched = (to: string): Notice => ({
  title: `Workspace switched to ${to}`,
  text: `You switched workspaces in another tab. This page still shows ${me()?.tenant?.name ?? "the previous workspace"}, but your changes would apply to ${to}.`,
  href: "/",
  action: "Go to the overview",
});

/**
 * Blocks the page once the session has changed since the page was opened: the page shows a workspace
 * that is no longer the active one, and an action would apply to the wrong workspace.
 */
export function SessionChanged() {
  const [notice, setNotice] = createSignal<Notice>();

  async function checkSession() {
    const shown = me();
    if (document.hidden || !shown || notice()) return;
    const found = await getSession(startClick("session check")).catch(() => undefined);
    // No answer leaves the session unknown. A message of another tab may have arrived first.
    if (found === undefined || notice()) return;
    if (!found) return setNotice(signedOut());
    const active = found.session.activeOrganizationId;
    if (active === (shown.tenant?.id ?? null)) return;
    const name = shown.tenants.find(({ id }) => id === active)?.name;
    setNotice(switched(name ?? "another workspace"));
  }

  onMount(() => {
    onSessionChange((change) =>
      setNotice(change.kind === "signed-out" ? signedOut() : switched(change.tenantName)),
    );
    document.addEventListener("visibilitychange", () => void checkSession());
  });

  return (
    <AlertDialog.Root open={Boolean(notice())}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay class="overlay" />
        <div class="dialog-place">
          <AlertDialog.Content
            class="dialog small"
            onEscapeKeyDown={(event) => event.preventDefault()}
          >
            <Show when={notice()}>
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
