import { createSignal, Show } from "solid-js";
import { sendVerification } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";

/** Sends the confirmation email again. */
export function ResendVerification(props: { email: string }) {
  const [sent, setSent] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();

  async function resend() {
    setBusy(true);
    setProblem(undefined);
    try {
      await sendVerification(startClick("address.confirm-again"), props.email);
      setSent(true);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
      <Button busy={busy()} onClick={() => void resend()}>
        {sent() ? "Sent again" : "Send again"}
      </Button>
    </>
  );
}
