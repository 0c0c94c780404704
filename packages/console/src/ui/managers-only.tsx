import { type JSX, Show } from "solid-js";
import { mayManage } from "../api/session.ts";
import { Empty } from "./empty.tsx";
import { me } from "./me.ts";
import { PageHead } from "./page-head.tsx";

type Props = { title: string; what: string; children: JSX.Element };

/** A page for owners and admins. The API enforces the role; this replaces its refusal by an explanation. */
export const ManagersOnly = (props: Props) => (
  <Show
    when={!me() || mayManage(me()?.role)}
    fallback={
      <>
        <PageHead title={props.title} />
        <Empty icon="info" title="Only for owners and admins">
          {props.what} Your role in {me()?.tenant?.name} is member. Ask an owner or an admin to
          change it.
        </Empty>
      </>
    }
  >
    {props.children}
  </Show>
);
