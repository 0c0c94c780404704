import { createSignal, Show } from "solid-js";
import {
  cancelInvitation,
  type Invitation,
  listInvitations,
  listMembers,
  type Member,
  type Role,
  removeMember,
  setRole,
} from "../../api/identity.ts";
import { mayManage } from "../../api/session.ts";
import { type Click, startClick } from "../../lib/click.ts";
import { takeNewParam } from "../../lib/new-param.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Empty } from "../../ui/empty.tsx";
import { load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { me } from "../../ui/me.ts";
import { PageHead } from "../../ui/page-head.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { toast } from "../../ui/toast.tsx";
import { mountPage } from "../page.tsx";
import { Invite } from "./invite.tsx";
import { InvitationTable, MemberTable } from "./tables.tsx";

/** All pages: the list shows who has access, so it must be complete. */
async function listAllMembers(click: Click): Promise<Member[]> {
  const members: Member[] = [];
  for (;;) {
    const page = await listMembers(click, members.length);
    members.push(...page.members);
    if (page.members.length === 0 || members.length >= page.total) return members;
  }
}

function Members() {
  const members = load("members", listAllMembers);
  const invitations = load("invitations", async (click) =>
    (await listInvitations(click)).filter(({ status }) => status === "pending"),
  );
  const [inviting, setInviting] = createSignal(takeNewParam());
  const [removing, setRemoving] = createSignal<Member>();
  const [cancelling, setCancelling] = createSignal<Invitation>();
  const [problem, setProblem] = createSignal<Problem>();
  const manages = () => mayManage(me()?.role);

  async function changeRole(member: Member, role: Role) {
    setProblem(undefined);
    try {
      await setRole(startClick("member.set-role"), member.id, role);
      toast(`Role of ${member.user.name} changed to ${role}.`);
    } catch (error) {
      setProblem(asProblem(error));
    }
    members.reload(); // shows the stored role, also after a refusal
  }

  return (
    <>
      <PageHead
        title="Members"
        lead={`Who has access to ${me()?.tenant?.name ?? "this workspace"}, and with which role.`}
        actions={
          <Show when={manages()}>
            <Button variant="primary" icon="plus" onClick={() => setInviting(true)}>
              Invite
            </Button>
          </Show>
        }
      />
      <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
      <LoadedView from={members}>
        {(found) => (
          <MemberTable
            members={found()}
            manages={manages()}
            changeRole={(member, role) => void changeRole(member, role)}
            remove={setRemoving}
          />
        )}
      </LoadedView>
      <section>
        <h2>Invitations</h2>
        <LoadedView from={invitations} rows={2}>
          {(found) => (
            <Show
              when={found().length > 0}
              fallback={
                <Empty icon="mail" title="No open invitations">
                  <Show when={manages()} fallback="Owners and admins can invite members.">
                    Invite a colleague by email. They join with their own account.
                  </Show>
                </Empty>
              }
            >
              <InvitationTable invitations={found()} manages={manages()} cancel={setCancelling} />
            </Show>
          )}
        </LoadedView>
      </section>
      <Invite open={inviting()} onOpenChange={setInviting} invited={invitations.reload} />
      <Confirm
        open={Boolean(removing())}
        onOpenChange={(open) => !open && setRemoving(undefined)}
        title={`Remove ${removing()?.user.name}?`}
        click="member.remove"
        target={removing()?.id}
        action="Remove member"
        run={({ click }) => removeMember(click, removing()?.id ?? "")}
        done={() => {
          toast("Member removed.");
          members.reload();
        }}
      >
        <p>
          {removing()?.user.email} loses access to {me()?.tenant?.name} immediately. Their projects
          and jobs stay.
        </p>
      </Confirm>
      <Confirm
        open={Boolean(cancelling())}
        onOpenChange={(open) => !open && setCancelling(undefined)}
        title="Cancel the invitation?"
        click="invitation.cancel"
        target={cancelling()?.id}
        action="Cancel invitation"
        run={({ click }) => cancelInvitation(click, cancelling()?.id ?? "")}
        done={() => {
          toast("Invitation cancelled.");
          invitations.reload();
        }}
      >
        <p>The link sent to {cancelling()?.email} stops working.</p>
      </Confirm>
    </>
  );
}

mountPage(() => <Members />);
