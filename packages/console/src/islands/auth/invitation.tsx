import { createSignal, Match, Show, Switch } from "solid-js";
import {
  acceptInvitation,
  findInvitation,
  getSession,
  rejectInvitation,
  signOut,
} from "../../api/identity.ts";
import { type Click, startClick } from "../../lib/click.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { broadcastSessionChange } from "../../lib/session-change.ts";
import { signInHref } from "../../lib/sign-in-href.ts";
import { Button, LinkButton } from "../../ui/button.tsx";
import { load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { toastOnNextPage } from "../../ui/toast.tsx";
import { mount } from "../mount.ts";

const id = new URLSearchParams(location.hash.slice(1)).get("id") ?? "";

type Found = {
  email: string;
  invitation: Awaited<ReturnType<typeof findInvitation>> | undefined;
};

/** The email is undefined without a session. The invitation is undefined unless it is for this user. */
async function loadInvitation(click: Click): Promise<Found | { email: undefined }> {
  const found = await getSession(click);
  if (!found) return { email: undefined };
  const { email } = found.user;
  try {
    return { email, invitation: await findInvitation(click, id) };
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status === 0 || problem.status >= 500 || problem.status === 429) throw problem;
    return { email, invitation: undefined };
  }
}

function Invitation() {
  const found = load("invitation", loadInvitation);
  return (
    <LoadedView from={found} heading={<h1>Your invitation</h1>}>
      {(found) => (
        <Switch>
          <Match when={!found().email}>
            <h1>You are invited</h1>
            <p class="lead">
              Sign in with the address that the invitation was sent to, or create an account with
              it.
            </p>
            <div class="form-foot">
              <LinkButton variant="primary" href={signInHref()}>
                Sign in
              </LinkButton>
              <LinkButton href={signInHref().replace("/sign-in/", "/sign-up/")}>
                Create an account
              </LinkButton>
            </div>
          </Match>
          <Match when={(found() as Found).invitation}>
            {(it) => <AcceptOrDecline invitation={it()} />}
          </Match>
          <Match when={true}>
            <InvitationUnavailable email={found().email ?? ""} />
          </Match>
        </Switch>
      )}
    </LoadedView>
  );
}

function AcceptOrDecline(props: { invitation: NonNullable<Found["invitation"]> }) {
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const name = () => props.invitation.organizationName;

  async function answer(label: string, send: typeof acceptInvitation, message: string) {
    if (busy()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await send(startClick(label), id);
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

function InvitationUnavailable(props: { email: string }) {
  const switchAccount = async () => {
    await signOut(startClick("session.sign-out"));
    broadcastSessionChange({ kind: "signed-out" });
    location.assign(signInHref());
  };
  return (
    <>
      <h1>Invitation not available</h1>
      <p class="lead">
        It was used, expired, cancelled, or sent to an address other than{" "}
        <strong>{props.email}</strong>. Ask an owner or an admin of the workspace for a new one.
      </p>
      <div class="form-foot">
        <LinkButton variant="primary" href="/">
          Go to the overview
        </LinkButton>
        <Button onClick={() => void switchAccount()}>Use another account</Button>
      </div>
    </>
  );
}

mount("page", () => <Invitation />);
