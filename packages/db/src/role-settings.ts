import type { PoolClient } from "pg";
import { runOn } from "./exchange.ts";
import type { Command } from "./protocol/batch.ts";

// Another process may be clearing the same rows, and SQL in a request may hold them: neither is waited for.
const LOCK_TIMEOUT: Command = { text: "select set_config('lock_timeout', '200', true)" };

/**
 * One row for each setting that the role has been given, with the command that clears it, and one without a command
 * for each that this connection began with: another process may have cleared that one since.
 */
const FIND: Command = {
  text: `select format('alter role current_user %s reset all', 'in database ' || quote_ident(d.datname)),
                split_part(setting, '=', 1)
           from pg_db_role_setting s
           left join pg_database d on d.oid = s.setdatabase,
                unnest(s.setconfig) setting
          where s.setrole = current_user::regrole and (d.oid is null or d.datname = current_database())
          union all
         select null, name from pg_settings where source in ('user', 'database user') and context = 'user'`,
};

export type Cleared = {
  /** The names of the settings that this process has cleared. */
  settings: string[];
  /** Whether the connection itself has some of them. */
  isOutdated: boolean;
};

/**
 * Clears what the connection's role has been given with ALTER ROLE … SET, in this database or in all of them: SQL in
 * a request may do that, and every later connection would begin with it. What only a superuser may clear stays.
 *
 * One round trip when there is nothing. Never rejects: a connection that is lost fails its first batch.
 */
export async function clearRoleSettings(client: PoolClient): Promise<Cleared> {
  const { given, began } = await find(client);
  const isOutdated = began.length > 0;
  if (given.length === 0) return { settings: [], isOutdated };

  const commands = [...new Set(given.map(({ command }) => command))].map((text) => ({ text }));
  const { failure } = await runOn(client, [LOCK_TIMEOUT, ...commands]);
  if (failure) return { settings: [], isOutdated };
  const left = new Set((await find(client)).given.map(({ name }) => name));
  const gone = given.map(({ name }) => name).filter((name) => !left.has(name));
  return { settings: [...new Set(gone)], isOutdated };
}

async function find(client: PoolClient) {
  const { rows } = await runOn(client, [FIND]);
  const all = (rows[0] ?? []) as [command: string | null, name: string][];
  return {
    given: all.flatMap(([command, name]) => (command === null ? [] : [{ command, name }])),
    began: all.filter(([command]) => command === null),
  };
}
