import { createSignal, Show } from "solid-js";
import { leaveTenant, type Tenant } from "../../api/identity.ts";
import { takeNewParam } from "../../lib/new-param.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { broadcastSessionChange } from "../../lib/session-change.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { toastOnNextPage } from "../../ui/toast.tsx";
import { mountPage } from "../page.tsx";
import { switchWorkspace } from "../shell/switch-workspace.ts";
import { CreateWorkspace } from "./create.tsx";
import { WorkspaceList } from "./list.tsx";
import { ReceivedInvitations } from "./received-invitations.tsx";
import { RenameWorkspace } from "./rename.tsx";

function Workspaces() {
  const [creating, setCreating] = createSignal(takeNewParam());
  const [renaming, setRenaming] = createSignal(false);
  const [leaving, setLeaving] = createSignal<Tenant>();
  const [problem, setProblem] = createSignal<Problem>();
  const activate = (tenant: Tenant) => {
    setProblem(undefined);
    switchWorkspace(tenant).catch((error: unknown) => setProblem(asProblem(error)));
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
      <ReceivedInvitations />
      <WorkspaceList rename={() => setRenaming(true)} activate={activate} leave={setLeaving} />
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

mountPage(() => <Workspaces />);
