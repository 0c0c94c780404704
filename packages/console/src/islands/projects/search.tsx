import { createSignal, onCleanup } from "solid-js";
import type { QueryOf } from "../../api/client.ts";
import { Filter } from "../../ui/filter.tsx";
import { Icon } from "../../ui/icon.tsx";

export type Search = Pick<QueryOf<"project.list">, "name_prefix" | "q" | "attribute">;
type How = keyof Search;

const HOW = [
  ["name_prefix", "Name begins with"],
  ["q", "Contains the words"],
  ["attribute", "Has the attribute"],
] as const satisfies [How, string][];

// Long enough to type on, short enough not to wait for.
const PAUSE_MILLISECONDS = 250;

/** What to ask for; nothing for an attribute that is still being typed. */
function searchOf(how: How, text: string): Search {
  if (how !== "attribute") return text ? { [how]: text } : {};
  const [, name, value] = /^([A-Za-z][\w.-]{0,63})\s*:\s*(.+)$/.exec(text) ?? [];
  return name && value ? { attribute: `${name}:${value}` } : {};
}

/** Narrows the list while one types. */
export function ProjectSearch(props: { search(search: Search): void }) {
  const [how, setHow] = createSignal<How>("name_prefix");
  let text = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  const ask = (after: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => props.search(searchOf(how(), text.trim())), after);
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
          placeholder={how() === "attribute" ? "stage: live" : "Search projects"}
          onInput={(event) => {
            text = event.currentTarget.value;
            ask(PAUSE_MILLISECONDS);
          }}
        />
      </label>
      <Filter
        legend="How to search"
        name="how"
        options={HOW}
        value={how()}
        onChange={(value) => {
          setHow(value);
          if (text.trim()) ask(0);
        }}
      />
    </search>
  );
}
