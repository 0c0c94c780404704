import type { BoundStatement, Connections, Credential } from "@bulkhead/db";
import type { BatchResult } from "../../../packages/db/src/protocol/batch.ts";
import type { TestDatabase } from "../../support/database.ts";
import type { Purpose, Script } from "./script.ts";

export type Actor = { credential: Credential };
export type Attackable = "api" | "worker";

/** Two tenants that share the one connection of a role, and everything that the attacker hears over it. */
export type Stage = {
  database: TestDatabase;
  role: Attackable;
  shared: Connections;
  /** A request: the product's own batch around statements. A mutation may put another in its place. */
  request(
    actor: Actor,
    purpose: Purpose,
    ...statements: (string | BoundStatement<unknown>)[]
  ): Promise<BatchResult>;
  /** The attacker no longer comes by what was signed on this backend, or on another; or the trail is not read. */
  forget(what: "here" | "elsewhere" | "trail"): void;
  /** What the attacker was answered in the last script, in kind: rows, errors and their codes, ends. */
  told(): string;
  /** Plays a script, lets the victim work, and says what should not have been, if anything. */
  play(script: Script): Promise<string | undefined>;
};
