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
import { type Click, startClick } from "../../lib/click.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { mayManage } from "../../lib/session.ts";
import { isNewWanted } from "../../lib/wanted.ts";
import { PageHead } from "../../ui/bits.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Empty } from "../../ui/empty.tsx";
import { load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { me } from "../../ui/me.ts";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { toast } from "../../ui/toast.tsx";
import { mountPage } from "../page.tsx";
import { Invite } from "./invite.tsx";
import { InvitationTable, MemberTable } from "./tables.tsx";

/** All of them: the list is for seeing who has access, so none may be missing. */
async function everyMember(click: Click): Promise<Member[]> {
  const members: Member[] = [];
  for (;;) {
    const page = await listMembers(click, members.length);
    members.push(...page.members);
    if (page.members.length === 0 || members.length >= page.total) return members;
  }
}

function Members() {
  const members = load("members", everyMember);
  const invitations = load("invitations", async (click) =>
    (await listInvitations(click)).filter(({ status }) => status === "pending"),
  );
  const [inviting, setInviting] = createSignal(isNewWanted());
  const [removing, setRemoving] = createSignal<Member>();
  const [cancelling, setCancelling] = createSignal<Invitation>();
  const [problem, setProblem] = createSignal<Problem>();
  const manages = () => mayManage(me()?.role);

  async function changeRole(member: Member, role: Role) {
    setProblem(undefined);
    try {
      await setRole(startClick("member.set-role"), member.id, role);
      toast(`${member.user.name} is ${role} now.`);
    } catch (error) {
      setProblem(asProblem(error));
    }
    members.reload(); // what is shown is what is so, also when it was refused
  }

  return (
    <>
      <PageHead
        title="Members"
        lead={`Who has access to ${me()?.tenant?.name ?? "this workspace"}, and as what.`}
        actions={
          <Show when={manages()}>
            <Button look="primary" icon="plus" onClick={() => setInviting(true)}>
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
                <Empty icon="mail" title="Nobody is invited at the moment">
                  <Show when={manages()} fallback="Owners and admins invite.">
                    Invite a colleague by mail. They join with their own account.
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
          toast("Removed.");
          members.reload();
        }}
      >
        <p>
          {removing()?.user.email} can't open {me()?.tenant?.name} any more, from the next request
          on. What they made stays.
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
          toast("The invitation opens nothing any more.");
          invitations.reload();
        }}
      >
        <p>The link that {cancelling()?.email} has stops working.</p>
      </Confirm>
    </>
  );
}

mountPage(() => <Members />);
