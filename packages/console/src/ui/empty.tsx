import type { JSX } from "solid-js";
import type { IconName } from "../lib/icons.ts";
import { Icon } from "./icon.tsx";

/** An empty state: why there is no data, and what to do. */
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
