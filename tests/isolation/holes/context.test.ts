import { runTransaction as send } from "../../../packages/db/src/tenant/transact.ts";
import { callerOf } from "../../support/caller.ts";
import { bound, hole, lastValue, type Site } from "../../support/hole.ts";
import { forgetPermission, redefine } from "../../support/mutation.ts";

/** Changes how times are written after the context was signed: its own rows must not go away. */
async function rewriteTime({ victim, request }: Site) {
  const seen = await request(
    victim,
    "set TimeZone = 'Asia/Tokyo'",
    "set DateStyle = 'German'",
    "select name from app.projects",
  );
  return lastValue(seen) === "secret" ? undefined : "the context is lost";
}

hole("a signature does not depend on how the caller writes times", {
  attack: rewriteTime,
  broken: {
    "it is over now()::text": ({ database }) =>
      redefine(database, "app.mac", (definition) =>
        definition.replace(
          "timestamptz_send(CURRENT_TIMESTAMP)",
          "convert_to(now()::text, 'UTF8')",
        ),
      ),
  },
});

/** Puts the separator into what the caller may choose, so that the parts behind it move up. */
async function moveParts({ database, api, mallory }: Site) {
  const caller = callerOf(api, mallory, { action: "project.create", requestId: "r|other.action" });
  await send(caller, bound(["insert into app.projects (name) values ('mine')"]));
  const [event] = await database.sql(
    "select action from audit.events where action = 'other.action'",
  );
  return event;
}

/** The same in the action: nothing stands behind it, so nothing may be refused less for it. */
async function openWith({ api, mallory }: Site, action: string | null, requestId: string | null) {
  const caller = callerOf(api, mallory);
  Object.assign(caller.purpose, { action, requestId });
  return lastValue(await send(caller, bound(["select app.actor()"])));
}

const UNCHECKED = /and strpos\(request \|\| action, '\|'\) = 0/;

const acceptAnything = ({ database }: Site) =>
  redefine(database, "app.open_session", (definition) => definition.replace(UNCHECKED, ""));

hole("no part of a context can be moved by a separator in the request id", {
  attack: moveParts,
  given: ({ database }) => forgetPermission(database),
  broken: { "the separator is let in": acceptAnything },
});

hole("no context opens with a separator in its action", {
  attack: (site) => openWith(site, "project.create|x", "r"),
  broken: { "the separator is let in": acceptAnything },
});

hole("no context opens with a part missing, which would move the others", {
  attack: (site) => openWith(site, "project.create", null),
  broken: {
    "its parts are joined by concat_ws, and not looked at": ({ database }) =>
      redefine(database, "app.open_session", (definition) =>
        definition
          .replace(UNCHECKED, "")
          .replace(
            /select m\.tenant_id \|\| [^,]* as context/,
            "select concat_ws('|', m.tenant_id, 'user:' || s.user_id, m.role, request, action) as context",
          ),
      ),
  },
});

/** Asks the policies' own question with a condition that tells whether it was looked at. */
async function lookBeforeTheSignature({ api, victim }: Site) {
  const { failure } = await api.run(
    bound([
      `select set_config('app.ctx', '${victim.tenantId}|user:${victim.userId}|owner|r|a', true),
              set_config('app.sig', repeat('0', 64), true)`,
      "select id from app.current_tenant where 1 / (id is null)::int = 1",
    ]),
  );
  return (failure as { code?: string } | undefined)?.code === "22012" ? "it was" : undefined;
}

hole("no condition of the caller's is looked at before the signature is", {
  attack: lookBeforeTheSignature,
  broken: {
    "the view is no barrier": ({ database }) =>
      database.sql("alter view app.current_tenant reset (security_barrier)"),
  },
});

/** Asks for the victim's stored answer under a context that says all the right things. */
async function replayOthersAnswer({ api, victim }: Site) {
  const outcome = await api.run(
    bound([
      `select set_config('app.ctx', '${victim.tenantId}|user:${victim.userId}|owner|r|a', true),
              set_config('app.sig', repeat('0', 64), true)`,
      "select answer::text from app.claim('secret', sha256('secret'))",
    ]),
  );
  return lastValue(outcome);
}

hole("what a context claims counts for nothing unless it is signed", {
  attack: replayOthersAnswer,
  broken: {
    "the claim of a key believes it": ({ database }) =>
      redefine(database, "app.claim", (definition) =>
        definition
          .replaceAll("app.tenant_id()", "app.claimed_tenant()")
          .replaceAll("app.actor()", "app.claimed_actor()"),
      ),
  },
});
