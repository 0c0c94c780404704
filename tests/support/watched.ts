import type { Connections } from "@bulkhead/db";
import { anySql } from "./caller.ts";

/** Counts the batches that are sent: how often something was tried. */
export function counted(connections: Connections): Connections & { batches(): number } {
  let batches = 0;
  return {
    ...connections,
    run(commands, signal) {
      batches++;
      return connections.run(commands, signal);
    },
    batches: () => batches,
  };
}

/** Which backend the next request will have: another one when the connection was destroyed. */
export async function backendOf(connections: Connections): Promise<number> {
  const { rows } = await connections.run([anySql("select pg_backend_pid()")]);
  return Number(rows[0]?.[0]?.[0]);
}
