/** What a workspace is recognised by at a glance. */
export const Monogram = (props: { name: string }) => (
  <span class="monogram" aria-hidden="true">
    {props.name.trim().charAt(0).toUpperCase() || "·"}
  </span>
);
