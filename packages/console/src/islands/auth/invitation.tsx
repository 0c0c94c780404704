import { Match, Switch } from "solid-js";
import { findInvitation, getSession } from "../../api/identity.ts";
import type { Click } from "../../lib/click.ts";
import { asProblem } from "../../lib/problem.ts";
import { signInHref } from "../../lib/sign-in-href.ts";
import { LinkButton } from "../../ui/button.tsx";
import { load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { mount } from "../mount.ts";
import { AcceptInvitation } from "./accept-invitation.tsx";
import { UnavailableInvitation } from "./unavailable-invitation.tsx";

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
            {(it) => <AcceptInvitation invitation={it()} />}
          </Match>
          <Match when={true}>
            <UnavailableInvitation email={found().email ?? ""} />
          </Match>
        </Switch>
      )}
    </LoadedView>
  );
}

mount("page", () => <Invitation />);
