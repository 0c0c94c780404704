import type { Pool } from "pg";

type Rule = { window: number; max: number };
type Verdict = { allowed: boolean; retryAfter: number | null };

// Longer than any window in use: a row that still counts is never deleted.
const DELETE_AFTER_MILLISECONDS = 3_600_000;

/**
 * Fixed windows in `auth.rate_limits`, one statement a request: it counts, restarts an expired
 * window, and removes up to ten rows that have not changed for an hour.
 *
 * A row belongs to an address and an endpoint. Better Auth's own storage keeps the path of the request,
 * which writes the token of `/reset-password/:token` into the table, and makes a row for every path that
 * a caller invents.
 */
export function createRateLimits(pool: Pool, endpoints: readonly string[]) {
  return {
    async consume(key: string, { window, max }: Rule): Promise<Verdict> {
      const [address = "", path = ""] = key.split("|", 2);
      const now = Date.now();
      const windowMilliseconds = window * 1000;
      const { rows } = await pool.query<{ count: number; began: string }>(COUNT, [
        `${address}|${endpointOf(path, endpoints)}`,
        now,
        now - windowMilliseconds,
        now - DELETE_AFTER_MILLISECONDS,
      ]);
      const { count = 1, began = now } = rows[0] ?? {};
      if (count <= max) return { allowed: true, retryAfter: null };
      const restMilliseconds = Number(began) + windowMilliseconds - now;
      return { allowed: false, retryAfter: Math.max(1, Math.ceil(restMilliseconds / 1000)) };
    },
  };
}

const COUNT = `
  with deleted as (
    delete from auth.rate_limits where id in (
      select id from auth.rate_limits
       where last_request < $4 and key <> $1 limit 10 for update skip locked)
  )
  insert into auth.rate_limits as limits (key, count, last_request) values ($1, 1, $2)
  on conflict (key) do update set
    count = case when limits.last_request <= $3 then 1 else limits.count + 1 end,
    last_request = case when limits.last_request <= $3 then $2 else limits.last_request end
  returning count, last_request as began`;

/** The endpoint's own path for any path that leads to it; `*` for a path of no endpoint. */
export function endpointOf(path: string, endpoints: readonly string[]): string {
  if (endpoints.includes(path)) return path;
  const beforeParameter = (endpoint: string) => endpoint.slice(0, endpoint.indexOf(":"));
  return endpoints.find((one) => one.includes(":") && path.startsWith(beforeParameter(one))) ?? "*";
}
