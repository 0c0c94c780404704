import type { Connection, PoolClient } from "pg";
import { Batch, type BatchResult, type Command } from "./protocol/batch.ts";

/** One batch on a connection. An abort destroys the connection: its answer could come at any time. */
export async function runOn(
  client: PoolClient,
  commands: readonly Command[],
  signal?: AbortSignal,
): Promise<BatchResult> {
  const batch = new Batch(commands);
  const abort = () => connectionOf(client).stream.destroy(new Error("The request was cancelled."));
  signal?.addEventListener("abort", abort, { once: true });
  client.query(batch);
  const outcome = await batch.done;
  signal?.removeEventListener("abort", abort);
  return outcome;
}

/** pg shows its connection to custom queries only; the property is there on every client. */
const connectionOf = (client: PoolClient): Connection =>
  (client as unknown as { connection: Connection }).connection;
