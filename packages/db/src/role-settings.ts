import type { PoolClient } from "pg";
import { runOn } from "./exchange.ts";
import type { Command } from "./protocol/batch.ts";

// Another process may be clearing the same rows, and SQL in a request may hold them: neither is waited for.
const LOCK_TIMEOUT: Command = { text: "select set_config('lock_timeout', '200', true)" };

/** Has rows when the role has been given settings in any database. All that a new connection asks, if not. */
const LOOK: Command = {
  text: "select from pg_db_role_setting where setrole = current_user::regrole",
};

/**
 * One row for each of them that reaches this database and that the role may clear: the command that clears it, and its
 * name. One command each, because RESET ALL fails whole when PostgreSQL lets one of them be set and never reset, as
 * `transaction_read_only`: those have no effect on a connection's later transactions, and stay.
 */
const FIND: Command = {
  text: `select format('alter role current_user %s reset %s', 'in database ' || quote_ident(d.datname),
                       array_to_string(array(select quote_ident(part) from unnest(string_to_array(c.name, '.')) part), '.')),
                c.name
           from pg_db_role_setting s
           left join pg_database d on d.oid = s.setdatabase
          cross join lateral (select split_part(setting, '=', 1) as name, place
                                from unnest(s.setconfig) with ordinality as u (setting, place)) c
           left join pg_settings p on lower(p.name) = lower(c.name)
          where s.setrole = current_user::regrole and (d.oid is null or d.datname = current_database())
            and coalesce(p.context in ('user', 'backend'), true)
            and not coalesce('NO_RESET' = any (pg_settings_get_flags(c.name)), false)
          order by s.setdatabase, c.place`,
};

export type Cleared = {
  /** The names of the settings that this process has cleared. */
  settings: string[];
  /** Whether the connection itself has begun with some. */
  isOutdated: boolean;
};

const NOTHING: Cleared = { settings: [], isOutdated: false };

/**
 * Clears what the connection's role has been given with ALTER ROLE … SET, in this database or in all of them: SQL in
 * a request may do that, and every later connection would begin with it. What only a superuser may clear stays.
 *
 * One round trip when there is nothing. Never rejects: a connection that is lost fails its first batch. A connection
 * that begins in the moment in which another process clears keeps what it began with, for as long as it lasts: that
 * can only be a setting that is not pinned, and changes speed alone.
 */
export async function clearRoleSettings(client: PoolClient): Promise<Cleared> {
  const { rows } = await runOn(client, [LOOK]);
  if (!rows[0]?.length) return NOTHING;
  const found = await find(client);
  if (found.length === 0) return NOTHING;

  const commands = [...new Set(found.map(({ command }) => command))].map((text) => ({ text }));
  const { failure } = await runOn(client, [LOCK_TIMEOUT, ...commands]);
  const left = new Set((await find(client)).map(({ name }) => name));
  const gone = new Set(found.map(({ name }) => name).filter((name) => !left.has(name)));
  return { settings: failure ? [] : [...gone], isOutdated: gone.size > 0 };
}

async function find(client: PoolClient) {
  const { rows } = await runOn(client, [FIND]);
  return (rows[0] ?? []).map(([command, name]) => ({
    command: String(command),
    name: String(name),
  }));
}
