import { type JSX, Show } from "solid-js";
import { mayManage } from "../lib/session.ts";
import { PageHead } from "./bits.tsx";
import { Empty } from "./empty.tsx";
import { me } from "./me.ts";

type Props = { title: string; what: string; children: JSX.Element };

/** A page for owners and admins. The API decides; this only spares everybody else a refusal. */
export const ForManagers = (props: Props) => (
  <Show
    when={!me() || mayManage(me()?.role)}
    fallback={
      <>
        <PageHead title={props.title} />
        <Empty icon="info" title="Only owners and admins see this">
          {props.what} You are a member of {me()?.tenant?.name}: ask an owner or an admin to look,
          or to change your role.
        </Empty>
      </>
    }
  >
    {props.children}
  </Show>
);
