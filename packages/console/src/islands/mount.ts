import type { JSX } from "solid-js";
import { render } from "solid-js/web";

/** Renders an island into the page's element with this id, in place of the loading state. */
export function mount(id: string, island: () => JSX.Element): void {
  const element = document.getElementById(id);
  if (!element) throw new Error(`Missing element #${id}: add it to the page's layout.`);
  element.replaceChildren();
  render(island, element);
}
