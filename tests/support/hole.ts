import { type BoundStatement, type Connections, mutate } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import type { BatchResult } from "../../packages/db/src/protocol/batch.ts";
import { runTransaction as send } from "../../packages/db/src/tenant/transact.ts";
import { anySql, callerOf, createProject } from "./caller.ts";
import { freshDatabase, type Person, sha256, type TestDatabase } from "./database.ts";

/** Where an attack happens: two tenants that share one connection of the API's role. */
export type Site = {
  database: TestDatabase;
  api: Connections;
  /** Runs any SQL inside her own requests. */
  mallory: Person;
  /** Has one project, called "secret", and is next on the connection. */
  victim: Person;
  secretId: string;
  /** A request: the product's own batch around SQL or statements. A mutation may put another in its place. */
  request(
    person: Person,
    ...statements: (string | BoundStatement<unknown>)[]
  ): Promise<BatchResult>;
};

/** Returns what it got hold of, and undefined when it got nothing. */
export type Attack = (site: Site) => Promise<unknown>;
export type Change = (site: Site) => Promise<unknown> | unknown;

/**
 * A hole that was once found, held shut: the attack fails against the real thing, and the same attack
 * succeeds as soon as the fix is taken out. So no test is green for the wrong reason.
 *
 * `given` takes away the other walls that stand before this one.
 */
export function hole(
  guarantee: string,
  { attack, given, broken }: { attack: Attack; given?: Change; broken: Record<string, Change> },
): void {
  describe(guarantee, () => {
    it.each(Object.entries(broken))("holds, and breaks when %s", async (_, takeOut) => {
      const site = await newSite();
      await given?.(site);
      expect(await attack(site)).toBeUndefined();
      await takeOut(site);
      expect(await attack(site)).toBeDefined();
    });
  });
}

export async function newSite(): Promise<Site> {
  const database = await freshDatabase();
  const api = database.as("api", { max: 1 });
  const [mallory, victim] = [await database.newPerson("mallory"), await database.newPerson("ada")];
  const { body } = await mutate(callerOf(api, victim), {
    key: "secret",
    hash: sha256("secret"),
    change: createProject({ name: "secret" }),
  });
  return {
    database,
    api,
    mallory,
    victim,
    secretId: JSON.parse(body).id,
    request: (person, ...statements) => send(callerOf(api, person), bound(statements)),
  };
}

export const bound = (statements: readonly (string | BoundStatement<unknown>)[]) =>
  statements.map((each) => (typeof each === "string" ? anySql(each) : each));

/** The first value that the last statement returned, if the whole request succeeded. */
export function lastValue({ rows, failure }: BatchResult): unknown {
  return failure ? undefined : (rows.at(-1)?.[0]?.[0] ?? undefined);
}
