import { randomUUID } from "node:crypto";
import { type Connections, enqueue, mutate } from "@bulkhead/db";
import { anySql, callerOf, createProject, listProjects } from "../../support/caller.ts";
import { type Person, sha256, type TestDatabase } from "../../support/database.ts";
import { unrecorded } from "./furniture.ts";
import type { Actor, Stage } from "./types.ts";
import { FINDS_ALL } from "./vocabulary/own.ts";

/** What a request finds that is not as the driver made its connection: nothing, if all is well. */
const settingsSet = (pooled: boolean) => `select coalesce(string_agg(said, ', '), 'none') from (
    select name || '=' || setting from pg_settings
     where source = 'session' and setting is distinct from reset_val and name not like 'app.%'
        ${pooled ? "" : "or source in ('user', 'database user')"}
    union all
    select 'transaction_isolation=' || current_setting('transaction_isolation')
     where current_setting('transaction_isolation') <> 'read committed'
    union all
    select format('%s=on', name) from unnest('{transaction_read_only,transaction_deferrable}'::text[]) as name
     where current_setting(name) = 'on') as s (said)`;

const LOCKED =
  "select count(*)::text from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()";
export const LEAK = "select current_setting('app.ctx') || ' ' || current_setting('app.sig')";

/** Refused for what an earlier request has left behind, which the driver answers by another connection. */
const LEFT_BEHIND = new Set(["BH500", "57P05", "25P04"]);
const ATTEMPTS = 3;

type Scene = {
  stage: Stage;
  person: Person;
  actor: Actor;
  /** Connections of the API's role that the victim's mutations go over. */
  api: Connections;
  /** What the victim's list of projects is answered. */
  seen: unknown[][];
  /** A pooler is in between: it keeps what the role has set for itself, and there is no other connection. */
  pooled: boolean;
  /** Before each request: listens to whatever connection is next. */
  listen(): Promise<void>;
  /** Given the victim's context and signature each time. */
  leaks(leak: string): void;
};

/** The other tenant, who works as always and must be answered as always. */
export function victimOf({ stage, person, actor, api, seen, pooled, listen, leaks }: Scene) {
  const verb = listProjects();
  const searches = stage.role === "api" ? [FINDS_ALL] : [];
  const looks = [settingsSet(pooled), LOCKED, LEAK, ...searches];

  /** Tries a few times, each time on another connection. */
  async function tried(attempt: () => Promise<string | undefined>): Promise<string | undefined> {
    let latest: unknown;
    for (let count = 1; count <= ATTEMPTS; count++) {
      try {
        return await attempt();
      } catch (failure) {
        latest = failure;
        const { code = "" } = failure as { code?: string };
        if (LEFT_BEHIND.has(code) && !pooled) return `refused: the next tenant got ${failure}`;
      }
    }
    return `locked out: the next tenant failed three times, at last with ${latest}`;
  }

  return {
    verb,
    /** A request. It may fail, but not for ever, and if it does not, it is answered rightly. */
    work: () =>
      tried(async () => {
        await listen();
        const statements = [verb, ...looks.map((sql) => anySql(sql))];
        const { rows, failure } = await stage.request(actor, "project:write", ...statements);
        if (failure) throw failure;
        const [projects, ...answers] = rows.slice(-statements.length);
        const [set, locks, leak, found = "all"] = answers.map((answer) => answer?.[0]?.[0]);
        if (JSON.stringify(projects) !== JSON.stringify(seen)) {
          return `misled: the next tenant saw ${JSON.stringify(projects)}`;
        }
        if (set !== "none") return `set: the next tenant has ${set}`;
        if (locks !== "0") return `held: the next tenant's connection holds ${locks} locks`;
        if (found !== "all") return "misled: the next tenant's search misses rows";
        leaks(String(leak));
        return undefined;
      }),
    /** A mutation that leaves a job, which wins one of the tenant's free slots. Leaves no trace. */
    change: () =>
      tried(async () => {
        const key = randomUUID();
        try {
          const { tokens } = await mutate(callerOf(api, person, { requestId: key }), {
            key,
            hash: sha256(key),
            change: createProject({ name: key }),
            jobs: [enqueue(key, "project.export", {}, null, null)],
          });
          return tokens.length === 1 ? undefined : "starved: the next tenant's job got no slot";
        } finally {
          await erase(stage.database, key);
        }
      }),
  };
}

/** What a mutation with this key has written. */
const erase = (database: TestDatabase, key: string) =>
  unrecorded(
    database,
    `delete from app.projects where name = '${key}';
     delete from app.jobs where id = '${key}';
     delete from app.idempotency_keys where key = '${key}';
     delete from audit.events where request_id = '${key}'`,
  );
