import { beginStatement } from "@bulkhead/telemetry";
import type { PoolClient } from "pg";

type Result = { rowCount?: number | null };
type Callback = (error: Error | null, result?: Result) => void;
type Query = (...args: unknown[]) => unknown;

/** Records a span for each query of a client, by promise as Drizzle's or by callback as the pool's own. */
export function traceQueries(client: PoolClient): void {
  const query = client.query.bind(client) as Query;
  client.query = ((...args: unknown[]) => {
    const [first] = args;
    const text = typeof first === "string" ? first : (first as { text?: unknown } | null)?.text;
    const end = typeof text === "string" ? beginStatement(text) : undefined;
    if (!end) return query(...args);

    const callback = args.at(-1);
    if (typeof callback === "function") {
      const endAndCall: Callback = (error, result) => {
        end({ rows: result?.rowCount ?? 0, error });
        (callback as Callback)(error, result);
      };
      return query(...args.slice(0, -1), endAndCall);
    }
    const result = query(...args) as Promise<Result>;
    result.then(
      ({ rowCount }) => end({ rows: rowCount ?? 0 }),
      (error: unknown) => end({ rows: 0, error }),
    );
    return result;
  }) as PoolClient["query"];
}
