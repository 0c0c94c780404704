import { createSignal, For } from "solid-js";
import { signOut } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { asProblem } from "../../lib/problem.ts";
import { broadcastSessionChange } from "../../lib/session-change.ts";
import { chooseTheme, type Theme, theme } from "../../lib/theme.ts";
import { Icon } from "../../ui/icon.tsx";
import { me } from "../../ui/me.ts";
import { toast } from "../../ui/toast.tsx";

const THEMES = [
  ["system", "screen", "System"],
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

async function handleSignOut() {
  try {
    await signOut(startClick("session.sign-out"));
    broadcastSessionChange({ kind: "signed-out" });
    location.assign("/sign-in/");
  } catch (error) {
    toast(`Sign-out failed. ${asProblem(error).message}`);
  }
}

/** The signed-in user, the theme and the sign-out button. */
export function UserPanel() {
  return (
    <div class="user-panel">
      <a class="user-link" href="/account/">
        <Icon name="user" />
        <span>
          {/* Names the link until the user is loaded. */}
          <span class="hidden">Account </span>
          <span class="user-name">{me()?.user.name ?? "\u00a0"}</span>
          <span class="user-email">{me()?.user.email ?? "\u00a0"}</span>
        </span>
      </a>
      <div class="user-actions">
        <ThemeChoice />
        <button
          type="button"
          class="icon-button"
          aria-label="Sign out"
          onClick={() => void handleSignOut()}
        >
          <Icon name="out" />
        </button>
      </div>
    </div>
  );
}
