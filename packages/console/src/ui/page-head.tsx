import type { JSX } from "solid-js";

type Props = {
  title: JSX.Element;
  lead?: JSX.Element;
  actions?: JSX.Element;
  back?: { href: string; label: string };
};

export const PageHead = (props: Props) => (
  <header class="page-head">
    <div>
      {props.back && (
        <a class="back" href={props.back.href}>
          {props.back.label}
        </a>
      )}
      <h1>{props.title}</h1>
      {props.lead && <p class="lead">{props.lead}</p>}
    </div>
    {props.actions && <div class="actions">{props.actions}</div>}
  </header>
);
