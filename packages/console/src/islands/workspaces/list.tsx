import { For, Show } from "solid-js";
import type { Tenant } from "../../api/identity.ts";
import { mayManage } from "../../api/session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { me } from "../../ui/me.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { Monogram } from "../shell/monogram.tsx";

type Actions = {
  /** Renames the active workspace. */
  rename(): void;
  activate(tenant: Tenant): void;
  leave(tenant: Tenant): void;
};

/** The user's workspaces, with what can be done with each. */
export const WorkspaceList = (props: Actions) => (
  <Show when={me()} fallback={<Skeleton />}>
    <ul class="workspaces">
      <For each={me()?.tenants}>{(tenant) => <Workspace {...props} tenant={tenant} />}</For>
    </ul>
  </Show>
);

function Workspace(props: Actions & { tenant: Tenant }) {
  const isCurrent = () => props.tenant.id === me()?.tenant?.id;
  return (
    <li class="card workspace">
      <Monogram name={props.tenant.name} />
      <div class="workspace-name">
        <strong>{props.tenant.name}</strong>
        <p class="row-more">
          Created <Time at={props.tenant.createdAt} />
        </p>
      </div>
      <Show when={isCurrent()}>
        <Badge tone="ok">Current</Badge>
      </Show>
      <div class="row-actions">
        <Show when={isCurrent() && mayManage(me()?.role)}>
          <Button onClick={() => props.rename()}>Rename</Button>
        </Show>
        <Show when={!isCurrent()}>
          <Button
            onClick={() => props.activate(props.tenant)}
            aria-label={`Switch to ${props.tenant.name}`}
          >
            Switch
          </Button>
        </Show>
        <Button
          variant="quiet"
          onClick={() => props.leave(props.tenant)}
          aria-label={`Leave ${props.tenant.name}`}
        >
          Leave
        </Button>
      </div>
    </li>
  );
}
