import { createSignal, onCleanup } from "solid-js";
import type { QueryOf } from "../../api/client.ts";
import { Filter } from "../../ui/filter.tsx";
import { Icon } from "../../ui/icon.tsx";

export type Search = Pick<QueryOf<"project.list">, "name_prefix" | "q" | "attribute">;
type Mode = keyof Search;

const MODES = [
  ["name_prefix", "Name starts with"],
  ["q", "Contains the words"],
  ["attribute", "Has the attribute"],
] as const satisfies [Mode, string][];

// Longer than the pause between two keystrokes, short enough to feel immediate.
const DEBOUNCE_MILLISECONDS = 250;

/** The query of a search. Empty while an attribute is incomplete. */
function searchOf(mode: Mode, text: string): Search {
  if (mode !== "attribute") return text ? { [mode]: text } : {};
  const [, name, value] = /^([A-Za-z][\w.-]{0,63})\s*:\s*(.+)$/.exec(text) ?? [];
  return name && value ? { attribute: `${name}:${value}` } : {};
}

/** Filters the list while the user types. */
export function ProjectSearch(props: { search(search: Search): void }) {
  const [mode, setMode] = createSignal<Mode>("name_prefix");
  let text = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  const schedule = (delay: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => props.search(searchOf(mode(), text.trim())), delay);
  };
  return (
    <search class="search">
      <label class="search-field">
        <Icon name="search" />
        <span class="hidden">Search projects</span>
        <input
          class="input"
          type="search"
          maxLength={200}
          placeholder={mode() === "attribute" ? "stage: live" : "Search projects"}
          onInput={(event) => {
            text = event.currentTarget.value;
            schedule(DEBOUNCE_MILLISECONDS);
          }}
        />
      </label>
      <Filter
        legend="Search by"
        name="mode"
        options={MODES}
        value={mode()}
        onChange={(value) => {
          setMode(value);
          if (text.trim()) schedule(0);
        }}
      />
    </search>
  );
}
