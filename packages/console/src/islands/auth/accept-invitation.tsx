import { createSignal, Show } from "solid-js";
import { acceptInvitation, type findInvitation, rejectInvitation } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { broadcastSessionChange } from "../../lib/session-change.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { toastOnNextPage } from "../../ui/toast.tsx";

type Props = { invitation: Awaited<ReturnType<typeof findInvitation>> };

/** Accepts or declines an invitation. */
export function AcceptInvitation(props: Props) {
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const name = () => props.invitation.organizationName;

  async function answer(label: string, send: typeof acceptInvitation, message: string) {
    if (busy()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await send(startClick(label), props.invitation.id);
      if (send === acceptInvitation)
        broadcastSessionChange({ kind: "switched", tenantName: name() });
      toastOnNextPage(message);
      location.assign("/");
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  }

  return (
    <>
      <h1>Join {name()}</h1>
      <p class="lead">
        {props.invitation.inviterEmail} invites you as <strong>{props.invitation.role}</strong>.
      </p>
      <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
      <div class="form-foot">
        <Button
          variant="primary"
          busy={busy()}
          onClick={() =>
            void answer("invitation.accept", acceptInvitation, `Welcome to ${name()}.`)
          }
        >
          Join {name()}
        </Button>
        <Button
          onClick={() =>
            void answer("invitation.decline", rejectInvitation, "Invitation declined.")
          }
        >
          Decline
        </Button>
      </div>
    </>
  );
}
