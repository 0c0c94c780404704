import { createSignal, Match, Show, Switch } from "solid-js";
import { verifyEmail } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { Button, LinkButton } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { mount } from "../mount.ts";

/**
 * The mail's link leads here. It takes a click to confirm, because mail scanners open links: one that
 * confirmed by being opened would let anybody sign up with somebody else's address.
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
        <h1>Your address is confirmed</h1>
        <p class="lead">Sign in, and your workspace is ready.</p>
        <div class="form-foot">
          <LinkButton look="primary" href="/sign-in/">
            Sign in
          </LinkButton>
        </div>
      </Match>
      <Match when={!token || problem()?.status === 401 || problem()?.status === 400}>
        <h1>This link does not work</h1>
        <p class="lead">
          It is incomplete, or older than a day. Sign in, and we send you a new one.
        </p>
        <div class="form-foot">
          <LinkButton look="primary" href="/sign-in/">
            Sign in
          </LinkButton>
        </div>
      </Match>
      <Match when={true}>
        <h1>Confirm your address</h1>
        <p class="lead">One click, so that nobody else can sign up with your address.</p>
        <Show when={problem()}>
          {(it) => <ProblemNote problem={it()} retry={() => void confirm()} />}
        </Show>
        <div class="form-foot">
          <Button look="primary" busy={busy()} onClick={() => void confirm()}>
            Confirm my address
          </Button>
        </div>
      </Match>
    </Switch>
  );
}

mount("page", () => <VerifyEmail />);
