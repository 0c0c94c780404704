import type { Connections } from "@bulkhead/db";

type Command = Parameters<Connections["run"]>[0][number];
type Row = unknown[];
type Ids = { tenantId: string; jobId: string };

/**
 * Databases that tell the truth about who was let in and lie about everything else: what an attacker
 * achieves whose SQL replaces each statement of their own request.
 */
export type Liar = {
  over(connections: Connections): Connections;
  /** Remembers the rows of each statement while `work` runs: they are what is lied with. */
  listening<T>(work: () => Promise<T>): Promise<T>;
  /** Lies to `work`: it is told of the victim what it asks about itself. */
  lying<T>(work: () => Promise<T>): Promise<T>;
};

const TOKENS = /^select job, epoch from /;

export function liarAbout(victim: Ids, attacker: Ids): Liar {
  const told = new Map<string, Row[]>();
  let mode: "honest" | "listening" | "lying" = "honest";

  // A row that names a job has one value more than is asked for, for code that believes a tenant in a row.
  const lie = ({ text }: Command, rows: Row[]): Row[] => {
    if (TOKENS.test(text)) return [[victim.jobId, 1, victim.tenantId]];
    return told.get(text) ?? rows.map((row) => row.map(renamed));
  };
  const renamed = (value: unknown): unknown =>
    typeof value === "string"
      ? value
          .replaceAll(attacker.tenantId, victim.tenantId)
          .replaceAll(attacker.jobId, victim.jobId)
      : value;
  const within =
    (next: typeof mode) =>
    async <T>(work: () => Promise<T>): Promise<T> => {
      mode = next;
      return work().finally(() => {
        mode = "honest";
      });
    };

  return {
    over: (connections) => ({
      ...connections,
      async run(commands, signal) {
        const outcome = await connections.run(commands, signal);
        for (const [index, command] of commands.entries()) {
          const rows = outcome.rows[index];
          // The driver opens contexts with unnamed statements, and asks with named ones.
          if (!command.name || !rows) continue;
          if (mode === "listening" && rows.length > 0) told.set(command.text, rows);
          if (mode === "lying") outcome.rows[index] = lie(command, rows);
        }
        return outcome;
      },
    }),
    listening: within("listening"),
    lying: within("lying"),
  };
}
