import { createSignal, For, Show } from "solid-js";
import {
  listSessions,
  revokeOtherSessions,
  revokeSession,
  type Session,
} from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { deviceName } from "../../lib/format.ts";
import { asProblem, type Problem } from "../../lib/problem.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { me } from "../../ui/me.ts";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";

/** The user's sessions, each with a button to end it. */
export function Sessions() {
  const sessions = load("sessions", listSessions);
  const [ending, setEnding] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();

  async function end(session: Session) {
    setProblem(undefined);
    try {
      await revokeSession(startClick("session.revoke"), session.id);
      toast("Session ended.");
      sessions.reload();
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  return (
    <section class="card">
      <header class="card-head">
        <h2>Sessions</h2>
        <Show when={(sessions.value()?.length ?? 0) > 1}>
          <Button onClick={() => setEnding(true)}>End all others</Button>
        </Show>
      </header>
      <Show when={problem()}>{(it) => <ProblemNote problem={it()} />}</Show>
      <LoadedView from={sessions} rows={2}>
        {(found) => (
          <ul class="sessions">
            <For each={found()}>{(session) => <Line session={session} end={end} />}</For>
          </ul>
        )}
      </LoadedView>
      <Confirm
        open={ending()}
        onOpenChange={setEnding}
        title="End all other sessions?"
        click="session.revoke-others"
        target={me()?.sessionId}
        action="End sessions"
        run={({ click }) => revokeOtherSessions(click)}
        done={() => {
          toast("All other sessions ended.");
          sessions.reload();
        }}
      >
        <p>All other browsers have to sign in again. This session continues.</p>
      </Confirm>
    </section>
  );
}

function Line(props: { session: Session; end(session: Session): Promise<void> }) {
  const isThis = () => props.session.id === me()?.sessionId;
  const name = () => deviceName(props.session.userAgent);
  return (
    <li>
      <div>
        <strong>{name()}</strong>
        <p class="row-more">
          {props.session.ipAddress ?? "Unknown IP address"}, since{" "}
          <Time at={props.session.createdAt} />
        </p>
      </div>
      <Show when={!isThis()} fallback={<Badge tone="ok">This session</Badge>}>
        <Button onClick={() => void props.end(props.session)} aria-label={`End ${name()}`}>
          End
        </Button>
      </Show>
    </li>
  );
}
