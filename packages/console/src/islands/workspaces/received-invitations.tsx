import { createSignal, For, Show } from "solid-js";
import {
  acceptInvitation,
  type ReceivedInvitation,
  receivedInvitations,
} from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { broadcastSessionChange } from "../../lib/session-change.ts";
import { Button } from "../../ui/button.tsx";
import { load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { toastOnNextPage } from "../../ui/toast.tsx";

/** The open invitations that the user has received. */
export function ReceivedInvitations() {
  const invitations = load("received invitations", async (click) =>
    (await receivedInvitations(click)).filter(({ status }) => status === "pending"),
  );
  return (
    <LoadedView from={invitations} rows={1}>
      {(found) => <For each={found()}>{(invitation) => <Received invitation={invitation} />}</For>}
    </LoadedView>
  );
}

function Received(props: { invitation: ReceivedInvitation }) {
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();

  async function accept() {
    const { id, organizationName } = props.invitation;
    setBusy(true);
    setProblem(undefined);
    try {
      await acceptInvitation(startClick("invitation.accept"), id);
      broadcastSessionChange({ kind: "switched", tenantName: organizationName });
      toastOnNextPage(`Welcome to ${organizationName}.`);
      location.assign("/");
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  }

  return (
    <>
      <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
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
            <Button variant="primary" busy={busy()} onClick={() => void accept()}>
              Join
            </Button>
          </div>
        </div>
      </div>
    </>
  );
}
