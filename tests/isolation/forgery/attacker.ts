import { Client, type PoolClient } from "pg";
import { onTestFinished } from "vitest";
import type { TestDatabase } from "../../support/database.ts";
import type { Line, Phase } from "./script.ts";
import type { Actor, Attackable } from "./types.ts";
import type { Message } from "./wire.ts";

/** What is only known when a script is played, by its name in the script. */
export type Known = Record<string, string>;

export const fill = (text: string, known: Known): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);

/** A script's line as a message. `oids` are the functions' numbers. */
export function filled(line: Line, known: Known, oids: ReadonlyMap<string, number>): Message {
  if (line.say === "FunctionCall") {
    return {
      say: "FunctionCall",
      oid: oids.get(line.fn) ?? 0,
      values: line.values.map((value) => fill(value, known)),
    };
  }
  const parts = Object.entries(line).map(([name, part]) => [
    name,
    typeof part === "string" && name !== "say" ? fill(part, known) : part,
  ]);
  return Object.fromEntries(parts) as Message;
}

type Speaking = Extract<Phase, { do: "speak" }>;

/** The attacker's own context, by the attacker's own credential. */
export function openingOf({ opened, purpose }: Speaking, { credential }: Actor): Message[] {
  const sql =
    credential.kind === "job"
      ? `select app.open_job('${credential.tenant}', '${credential.job}', 1, null, 'r')`
      : `select app.open_session('\\x${credential.proof.toString("hex")}', '${purpose}', 'a', 'r')`;
  if (opened === "not at all") return [];
  if (opened === "in a transaction")
    return [
      { say: "Query", sql: "begin" },
      { say: "Query", sql },
    ];
  return [
    { say: "Parse", name: "", sql },
    { say: "Bind", portal: "", name: "" },
    { say: "Execute", portal: "", most: 0 },
  ];
}

/** As `E'…'` has it, which reads a backslash in one way, whatever standard_conforming_strings says. */
export const escaped = (signature = "") => signature.replaceAll("\\", "\\\\");

/** Hears what arrives on connections, once each connection was met. */
export function createTap() {
  const tapped = new WeakSet<PoolClient>();
  const tap = {
    hears: true,
    heard: [] as Buffer[],
    /** Whether the connection is a new one. */
    meet(client: PoolClient): boolean {
      if (tapped.has(client)) return false;
      tapped.add(client);
      const { stream } = (client as unknown as { connection: { stream: NodeJS.EventEmitter } })
        .connection;
      // Copied, because pg's parser moves what is left of a chunk about in it.
      stream.on("data", (chunk: Buffer) => tap.hears && tap.heard.push(Buffer.from(chunk)));
      return true;
    },
  };
  return tap;
}

/** A second connection of the attacker's, on which notifications arrive. */
export async function listener(database: TestDatabase, role: Attackable) {
  const client = new Client({ connectionString: database.url(role) });
  await client.connect();
  onTestFinished(() => client.end());
  const heard: Buffer[] = [];
  client.on("notification", ({ payload = "" }) => heard.push(Buffer.from(payload)));
  client.on("error", () => {});
  await client.query("listen loot");
  return { heard, hear: () => client.query("select 1") };
}
