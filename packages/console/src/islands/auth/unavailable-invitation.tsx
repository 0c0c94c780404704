import { createSignal, Show } from "solid-js";
import { signOut } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { broadcastSessionChange } from "../../lib/session-change.ts";
import { signInHref } from "../../lib/sign-in-href.ts";
import { Button, LinkButton } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";

/** Explains why the signed-in user cannot use the invitation. */
export function UnavailableInvitation(props: { email: string }) {
  const [problem, setProblem] = createSignal<Problem>();
  const switchAccount = async () => {
    setProblem(undefined);
    try {
      await signOut(startClick("session.sign-out"));
      broadcastSessionChange({ kind: "signed-out" });
      location.assign(signInHref());
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <>
      <h1>Invitation not available</h1>
      <p class="lead">
        It was used, expired, cancelled, or sent to an address other than{" "}
        <strong>{props.email}</strong>. Ask an owner or an admin of the workspace for a new one.
      </p>
      <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
      <div class="form-foot">
        <LinkButton variant="primary" href="/">
          Go to the overview
        </LinkButton>
        <Button onClick={() => void switchAccount()}>Use another account</Button>
      </div>
    </>
  );
}
