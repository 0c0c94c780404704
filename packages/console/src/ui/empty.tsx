import type { JSX } from "solid-js";
import type { IconName } from "../lib/icons.ts";
import { Icon } from "./icon.tsx";

/** Nothing here, and what to do about it. */
export const Empty = (props: {
  icon: IconName;
  title: string;
  children: JSX.Element;
  action?: JSX.Element;
}) => (
  <div class="empty">
    <span class="empty-icon">
      <Icon name={props.icon} />
    </span>
    <h2>{props.title}</h2>
    <p>{props.children}</p>
    {props.action}
  </div>
);
