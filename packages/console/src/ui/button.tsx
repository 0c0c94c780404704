import { type JSX, Show, splitProps } from "solid-js";
import type { IconName } from "../lib/icons.ts";
import { Icon } from "./icon.tsx";

type Look = { variant?: "primary" | "plain" | "danger" | "quiet"; icon?: IconName; busy?: boolean };

export function Button(props: Look & JSX.ButtonHTMLAttributes<HTMLButtonElement>) {
  const [own, rest] = splitProps(props, ["variant", "icon", "busy", "children", "onClick"]);
  return (
    // aria-disabled and not disabled: a disabled button loses the focus.
    <button
      type="button"
      class={`button ${own.variant ?? "plain"}`}
      aria-disabled={own.busy ? "true" : undefined}
      onClick={(event) => {
        if (own.busy) event.preventDefault();
        else if (typeof own.onClick === "function") own.onClick(event);
      }}
      {...rest}
    >
      <Show when={own.busy} fallback={own.icon && <Icon name={own.icon} />}>
        <span class="spinner" aria-hidden="true" />
      </Show>
      {own.children}
    </button>
  );
}

export function LinkButton(
  props: Pick<Look, "variant" | "icon"> & JSX.AnchorHTMLAttributes<HTMLAnchorElement>,
) {
  const [own, rest] = splitProps(props, ["variant", "icon", "children"]);
  return (
    <a class={`button ${own.variant ?? "plain"}`} {...rest}>
      {own.icon && <Icon name={own.icon} />}
      {own.children}
    </a>
  );
}
