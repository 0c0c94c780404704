import type { JSX } from "solid-js";
import { render } from "solid-js/web";

/** Puts an island where the page left a place for it, in the stead of what was shown meanwhile. */
export function mount(id: string, island: () => JSX.Element): void {
  const place = document.getElementById(id);
  if (!place) throw new Error(`This page has no place called ${id}.`);
  place.replaceChildren();
  render(island, place);
}
