import { createSignal, Match, Show, Switch } from "solid-js";
import { verifyEmail } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { Button, LinkButton } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { mount } from "../mount.ts";

/**
 * The target of the email's link. Confirming takes a click, because mail scanners open links: a link
 * that confirms when it is opened would let a stranger sign up with another person's address.
 */
function VerifyEmail() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  const [done, setDone] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();

  async function confirm() {
    if (!token || busy()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await verifyEmail(startClick("address.confirm"), token);
      setDone(true);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Switch>
      <Match when={done()}>
        <h1>Email address confirmed</h1>
        <p class="lead">Sign in to open your workspace.</p>
        <div class="form-foot">
          <LinkButton variant="primary" href="/sign-in/">
            Sign in
          </LinkButton>
        </div>
      </Match>
      <Match when={!token || problem()?.status === 401 || problem()?.status === 400}>
        <h1>This link does not work</h1>
        <p class="lead">The link is incomplete or older than one day. Sign in to get a new one.</p>
        <div class="form-foot">
          <LinkButton variant="primary" href="/sign-in/">
            Sign in
          </LinkButton>
        </div>
      </Match>
      <Match when={true}>
        <h1>Confirm your email address</h1>
        <p class="lead">This proves that the address is yours.</p>
        <Show when={problem()}>
          {(it) => <ProblemNote problem={it()} retry={() => void confirm()} />}
        </Show>
        <div class="form-foot">
          <Button variant="primary" busy={busy()} onClick={() => void confirm()}>
            Confirm address
          </Button>
        </div>
      </Match>
    </Switch>
  );
}

mount("page", () => <VerifyEmail />);
