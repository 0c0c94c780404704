import { ICONS, type IconName } from "../lib/icons.ts";

export const Icon = (props: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={ICONS[props.name]} />
  </svg>
);
