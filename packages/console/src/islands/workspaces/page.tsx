import { createSignal, For, Show } from "solid-js";
import {
  acceptInvitation,
  leaveTenant,
  type ReceivedInvitation,
  receivedInvitations,
  type Tenant,
} from "../../api/identity.ts";
import { mayManage } from "../../api/session.ts";
import { startClick } from "../../lib/click.ts";
import { takeNewParam } from "../../lib/new-param.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { broadcastSessionChange } from "../../lib/session-change.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { me } from "../../ui/me.ts";
import { PageHead } from "../../ui/page-head.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { toastOnNextPage } from "../../ui/toast.tsx";
import { mountPage } from "../page.tsx";
import { Monogram } from "../shell/monogram.tsx";
import { switchWorkspace } from "../shell/switch-workspace.ts";
import { CreateWorkspace } from "./create.tsx";
import { RenameWorkspace } from "./rename.tsx";

function Workspaces() {
  const invitations = load("received invitations", async (click) =>
    (await receivedInvitations(click)).filter(({ status }) => status === "pending"),
  );
  const [creating, setCreating] = createSignal(takeNewParam());
  const [renaming, setRenaming] = createSignal(false);
  const [leaving, setLeaving] = createSignal<Tenant>();
  const [problem, setProblem] = createSignal<Problem>();
  const attempt = (work: Promise<unknown>) => {
    setProblem(undefined);
    work.catch((error: unknown) => setProblem(asProblem(error)));
  };

  return (
    <>
      <PageHead
        title="Workspaces"
        lead="Each workspace has its own projects, members, API keys and audit trail."
        actions={
          <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
            New workspace
          </Button>
        }
      />
      <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
      <LoadedView from={invitations} rows={1}>
        {(found) => (
          <For each={found()}>
            {(invitation) => (
              <ReceivedInvitationNote
                invitation={invitation}
                accept={() => attempt(accept(invitation))}
              />
            )}
          </For>
        )}
      </LoadedView>
      <Show when={me()} fallback={<Skeleton />}>
        <ul class="workspaces">
          <For each={me()?.tenants}>
            {(tenant) => {
              const isCurrent = () => tenant.id === me()?.tenant?.id;
              return (
                <li class="card workspace">
                  <Monogram name={tenant.name} />
                  <div class="workspace-name">
                    <strong>{tenant.name}</strong>
                    <p class="row-more">
                      Created <Time at={tenant.createdAt} />
                    </p>
                  </div>
                  <Show when={isCurrent()}>
                    <Badge tone="ok">Current</Badge>
                  </Show>
                  <div class="row-actions">
                    <Show when={isCurrent() && mayManage(me()?.role)}>
                      <Button onClick={() => setRenaming(true)}>Rename</Button>
                    </Show>
                    <Show when={!isCurrent()}>
                      <Button
                        onClick={() => attempt(switchWorkspace(tenant))}
                        aria-label={`Switch to ${tenant.name}`}
                      >
                        Switch
                      </Button>
                    </Show>
                    <Button
                      variant="quiet"
                      onClick={() => setLeaving(tenant)}
                      aria-label={`Leave ${tenant.name}`}
                    >
                      Leave
                    </Button>
                  </div>
                </li>
              );
            }}
          </For>
        </ul>
      </Show>
      <CreateWorkspace open={creating()} onOpenChange={setCreating} />
      <RenameWorkspace open={renaming()} onOpenChange={setRenaming} />
      <Confirm
        open={Boolean(leaving())}
        onOpenChange={(open) => !open && setLeaving(undefined)}
        title={`Leave ${leaving()?.name}?`}
        click="tenant.leave"
        target={leaving()?.id}
        action="Leave workspace"
        run={({ click }) => leaveTenant(click, leaving()?.id ?? "")}
        done={() => {
          broadcastSessionChange({ kind: "switched", tenantName: "another workspace" });
          toastOnNextPage("You left the workspace.");
          location.assign("/workspaces/");
        }}
      >
        <p>
          You lose access to its data. To come back, you need a new invitation. The last owner can't
          leave.
        </p>
      </Confirm>
    </>
  );
}

async function accept({ id, organizationName }: ReceivedInvitation): Promise<void> {
  await acceptInvitation(startClick("invitation.accept"), id);
  broadcastSessionChange({ kind: "switched", tenantName: organizationName });
  toastOnNextPage(`Welcome to ${organizationName}.`);
  location.assign("/");
}

const ReceivedInvitationNote = (props: { invitation: ReceivedInvitation; accept(): void }) => (
  <div class="note info">
    <div class="note-body row">
      <p>
        You are invited to <strong>{props.invitation.organizationName}</strong> as{" "}
        {props.invitation.role}.
      </p>
      <div class="row-actions">
        <a class="button plain" href={`/invitation/#id=${props.invitation.id}`}>
          View
        </a>
        <Button variant="primary" onClick={() => props.accept()}>
          Join
        </Button>
      </div>
    </div>
  </div>
);

mountPage(() => <Workspaces />);
