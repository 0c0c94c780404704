import { beginStatement } from "@bulkhead/telemetry";
import type { PoolClient } from "pg";

type Answered = { rowCount?: number | null };
type Callback = (error: Error | null, result?: Answered) => void;
type Query = (...given: unknown[]) => unknown;

/** Each query of a client becomes a span of the work that asked it. Drizzle asks by promise, pg's pool by callback. */
export function observed(client: PoolClient): void {
  const bare = client.query.bind(client) as Query;
  client.query = ((...given: unknown[]) => {
    const [asked] = given;
    const text = typeof asked === "string" ? asked : (asked as { text?: unknown } | null)?.text;
    const end = typeof text === "string" ? beginStatement(text) : undefined;
    if (!end) return bare(...given);

    const callback = given.at(-1);
    if (typeof callback === "function") {
      const told: Callback = (error, result) => {
        end({ rows: result?.rowCount ?? 0, error });
        (callback as Callback)(error, result);
      };
      return bare(...given.slice(0, -1), told);
    }
    const answer = bare(...given) as Promise<Answered>;
    answer.then(
      ({ rowCount }) => end({ rows: rowCount ?? 0 }),
      (error: unknown) => end({ rows: 0, error }),
    );
    return answer;
  }) as PoolClient["query"];
}
