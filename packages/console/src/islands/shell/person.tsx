import { createSignal, For } from "solid-js";
import { signOut } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { asProblem } from "../../lib/problem.ts";
import { tellTabs } from "../../lib/tabs.ts";
import { chooseTheme, type Theme, theme } from "../../lib/theme.ts";
import { Icon } from "../../ui/icon.tsx";
import { me } from "../../ui/me.ts";
import { toast } from "../../ui/toast.tsx";

const THEMES = [
  ["system", "screen", "As the system"],
  ["light", "sun", "Light"],
  ["dark", "moon", "Dark"],
] as const;

export function ThemeChoice() {
  const [chosen, setChosen] = createSignal<Theme>(theme());
  return (
    <fieldset class="themes">
      <legend class="hidden">Theme</legend>
      <For each={THEMES}>
        {([value, icon, label]) => (
          <label title={label}>
            <input
              type="radio"
              name="theme"
              value={value}
              checked={chosen() === value}
              onChange={() => {
                chooseTheme(value);
                setChosen(value);
              }}
            />
            <Icon name={icon} />
            <span class="hidden">{label}</span>
          </label>
        )}
      </For>
    </fieldset>
  );
}

async function leave() {
  try {
    await signOut(startClick("session.sign-out"));
    tellTabs({ kind: "signed-out" });
    location.assign("/sign-in/");
  } catch (error) {
    toast(`You are still signed in. ${asProblem(error).message}`);
  }
}

/** Who is signed in, how it looks to them, and the way out. */
export function Person() {
  return (
    <div class="person">
      <a class="person-name" href="/account/">
        <Icon name="user" />
        <span>
          {/* What the link is called while nobody knows yet who is signed in. */}
          <span class="hidden">Account </span>
          <span class="person-line">{me()?.user.name ?? " "}</span>
          <span class="person-mail">{me()?.user.email ?? " "}</span>
        </span>
      </a>
      <div class="person-foot">
        <ThemeChoice />
        <button
          type="button"
          class="icon-button"
          aria-label="Sign out"
          onClick={() => void leave()}
        >
          <Icon name="out" />
        </button>
      </div>
    </div>
  );
}
