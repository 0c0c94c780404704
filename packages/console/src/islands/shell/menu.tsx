import { createSignal, For } from "solid-js";
import { NAV } from "../../lib/nav.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { UserPanel } from "./user-panel.tsx";

/** The navigation for screens without room for the side bar. */
export function Menu() {
  const [open, setOpen] = createSignal(false);
  const isCurrent = (href: string) =>
    href === "/" ? location.pathname === "/" : location.pathname.startsWith(href.slice(0, -1));
  return (
    <>
      <button
        type="button"
        class="icon-button menu-button"
        aria-label="Menu"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Icon name="menu" />
      </button>
      <Dialog open={open()} onOpenChange={setOpen} title="Menu" edge>
        <nav aria-label="Main">
          <ul class="nav">
            <For each={NAV}>
              {(item) => (
                <li>
                  <a href={item.href} aria-current={isCurrent(item.href) ? "page" : undefined}>
                    <Icon name={item.icon} />
                    {item.label}
                  </a>
                </li>
              )}
            </For>
          </ul>
        </nav>
        <UserPanel />
      </Dialog>
    </>
  );
}
