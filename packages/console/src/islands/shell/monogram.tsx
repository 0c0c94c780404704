/** The first letter of a workspace's name. */
export const Monogram = (props: { name: string }) => (
  <span class="monogram" aria-hidden="true">
    {props.name.trim().charAt(0).toUpperCase() || "·"}
  </span>
);
