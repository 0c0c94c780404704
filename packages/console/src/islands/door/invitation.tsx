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
import { signInHref } from "../../lib/session.ts";
import { tellTabs } from "../../lib/tabs.ts";
import { Button, LinkButton } from "../../ui/button.tsx";
import { load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { toastThere } from "../../ui/toast.tsx";
import { mount } from "../mount.ts";

const id = new URLSearchParams(location.hash.slice(1)).get("id") ?? "";

type Found = {
  email: string;
  invitation: Awaited<ReturnType<typeof findInvitation>> | undefined;
};

/** Undefined for a stranger. Which invitation it is, only the invited person is told. */
async function look(click: Click): Promise<Found | { email: undefined }> {
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
  const found = load("invitation", look);
  return (
    <LoadedView from={found} heading={<h1>Your invitation</h1>}>
      {(found) => (
        <Switch>
          <Match when={!found().email}>
            <h1>You are invited</h1>
            <p class="lead">
              Sign in with the address that the invitation was sent to, or create an account for it.
            </p>
            <div class="form-foot">
              <LinkButton look="primary" href={signInHref()}>
                Sign in
              </LinkButton>
              <LinkButton href={signInHref().replace("/sign-in/", "/sign-up/")}>
                Create an account
              </LinkButton>
            </div>
          </Match>
          <Match when={(found() as Found).invitation}>{(it) => <Answer invitation={it()} />}</Match>
          <Match when={true}>
            <NotForYou email={found().email ?? ""} />
          </Match>
        </Switch>
      )}
    </LoadedView>
  );
}

function Answer(props: { invitation: NonNullable<Found["invitation"]> }) {
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const name = () => props.invitation.organizationName;

  async function answer(label: string, send: typeof acceptInvitation, said: string) {
    if (busy()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await send(startClick(label), id);
      if (send === acceptInvitation) tellTabs({ kind: "switched", tenantName: name() });
      toastThere(said);
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
          look="primary"
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

function NotForYou(props: { email: string }) {
  const other = async () => {
    await signOut(startClick("session.sign-out"));
    tellTabs({ kind: "signed-out" });
    location.assign(signInHref());
  };
  return (
    <>
      <h1>This invitation is not open to you</h1>
      <p class="lead">
        It was used, has expired or was cancelled, or it was sent to another address than{" "}
        <strong>{props.email}</strong>. Ask whoever invited you for a new one.
      </p>
      <div class="form-foot">
        <LinkButton look="primary" href="/">
          Go to the overview
        </LinkButton>
        <Button onClick={() => void other()}>Sign in as somebody else</Button>
      </div>
    </>
  );
}

mount("page", () => <Invitation />);
