import fc from "fast-check";
import { type Drawing, recipesOf, statementsOf } from "./sql.ts";
import type { Message } from "./wire.ts";

/** A message as it is written in a script: with `{…}` for what is only known when it is played. */
export type Line =
  | Exclude<Message, { say: "FunctionCall" }>
  | { say: "FunctionCall"; fn: string; values: string[] };

/** What the attacker's request is opened for. They are the owner of their tenant, and may have each. */
export const PURPOSES = [
  "project:write",
  "project:read",
  "job:read",
  "audit:read",
  "api_key:manage",
] as const;
export type Purpose = (typeof PURPOSES)[number];

export type Phase =
  /** SQL that got into a request: the product's own batch is around it. */
  | { do: "inject"; purpose: Purpose; statements: string[] }
  /** The same on another connection of the role's, while the victim works. */
  | { do: "hold"; statements: string[] }
  /** Whatever the protocol has, on a connection of the product's, with or without a context of the attacker's. */
  | {
      do: "speak";
      opened: "not at all" | "for a batch" | "in a transaction";
      purpose: Purpose;
      lines: Line[];
    }
  /** Another tenant's request on the same connection. */
  | { do: "let the victim work" }
  | { do: "reconnect" };

export type Script = Phase[];

/** The driver has a statement by the name of the verb. */
const NAMES = ["", "a", "{verb}", "open"];
/** None of the driver's: only code in the process, which nothing is promised of, could parse one under these. */
const PARSED = ["", "a"];
const PORTALS = ["", "c", "p"];

/** Called by number, past the parser. */
export const FUNCTIONS = [
  "app.tenant_id()",
  "app.context()",
  "app.actor()",
  "app.sign_context(uuid,text,text,text,text,text)",
  "app.open_job(uuid,uuid,integer,integer,text)",
  "app.finish(smallint,json)",
  "app.mac(bytea,text)",
  "app.signed(bytea)",
  "pg_catalog.lo_creat(integer)",
  "pg_catalog.set_config(text,text,boolean)",
] as const;

const VALUES: Record<(typeof FUNCTIONS)[number], string[]> = {
  "app.tenant_id()": [],
  "app.context()": [],
  "app.actor()": [],
  "app.sign_context(uuid,text,text,text,text,text)": [
    "{tenant}",
    "user:x",
    "owner",
    "r",
    "a",
    "project:write",
  ],
  "app.open_job(uuid,uuid,integer,integer,text)": ["{tenant}", "{job}", "1", "1", "r"],
  "app.finish(smallint,json)": ["200", "{}"],
  "app.mac(bytea,text)": ["\\x00", "{forged}"],
  "app.signed(bytea)": ["\\x00"],
  "pg_catalog.lo_creat(integer)": ["-1"],
  "pg_catalog.set_config(text,text,boolean)": ["app.ctx", "{forged}", "false"],
};

export function scripts(drawing: Drawing): fc.Arbitrary<Script> {
  const statement = fc.oneof(...statementsOf(drawing).map((all) => fc.constantFrom(...all)));
  const recipes = recipesOf(drawing);
  const purpose = fc.oneof(
    { weight: 3, arbitrary: fc.constant(PURPOSES[0]) },
    { weight: 4, arbitrary: fc.constantFrom(...PURPOSES) },
  );
  const snippet = fc.oneof(
    { weight: 4, arbitrary: statement.map((sql) => [sql]) },
    ...(recipes.length > 0 ? [{ weight: 2, arbitrary: fc.constantFrom(...recipes) }] : []),
  );
  const phase: fc.Arbitrary<Phase> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("inject" as const),
        purpose,
        statements: several(snippet, 4),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("speak" as const),
        opened: fc.constantFrom("not at all", "for a batch", "in a transaction"),
        purpose,
        lines: several(linesOf(statement, snippet, drawing), 5),
      }),
    },
    {
      weight: drawing.certain ? 0 : 1,
      arbitrary: fc.record({ do: fc.constant("hold" as const), statements: several(snippet, 2) }),
    },
    { weight: 2, arbitrary: fc.constant({ do: "let the victim work" as const }) },
    { weight: 1, arbitrary: fc.constant({ do: "reconnect" as const }) },
  );
  return fc.array(phase, { minLength: 1, maxLength: 5 });
}

const several = <T>(lists: fc.Arbitrary<readonly T[]>, maxLength: number): fc.Arbitrary<T[]> =>
  fc.array(lists, { minLength: 1, maxLength }).map((all) => all.flat());

/** SQL in one of the ways that the protocol has for it, and messages out of place. */
function linesOf(
  statement: fc.Arbitrary<string>,
  snippet: fc.Arbitrary<readonly string[]>,
  { certain }: Drawing,
): fc.Arbitrary<Line[]> {
  const query = (sql: string): Line => ({ say: "Query", sql });
  const extended = fc
    .tuple(
      statement,
      fc.constantFrom(...PARSED),
      fc.constantFrom(...PORTALS),
      fc.constantFrom(0, 1),
      fc.constantFrom("Sync" as const, "Flush" as const, undefined),
    )
    .map(([sql, name, portal, most, then]): Line[] => [
      { say: "Parse", name, sql },
      { say: "Bind", portal, name },
      { say: "Describe", what: "P", name: portal },
      { say: "Execute", portal, most },
      ...(then ? [{ say: then }] : []),
    ]);
  const replacing = fc.tuple(statement, fc.constantFrom(...PARSED)).map(([sql, name]): Line[] => [
    { say: "Close", what: "S", name },
    { say: "Parse", name, sql },
  ]);
  const named = fc.tuple(
    fc.constantFrom(...NAMES, ...PORTALS),
    fc.constantFrom("S" as const, "P" as const),
  );
  // Never without a Bind just before it: see `docs/isolation.md` on what it does to PostgreSQL after a failure.
  const unnamed = fc.constantFrom(...NAMES).map((name): Line[] => [
    { say: "Bind", portal: "", name },
    { say: "Execute", portal: "", most: 1 },
    { say: "Execute", portal: "", most: 0 },
  ]);
  const stray: fc.Arbitrary<Line> = fc.oneof(
    named.map(([name, what]): Line => ({ say: "Close", what, name })),
    named.map(([name, what]): Line => ({ say: "Describe", what, name })),
    fc.constantFrom(...NAMES).map((name): Line => ({ say: "Bind", portal: "", name })),
    fc.constantFrom("c", "p").map((portal): Line => ({ say: "Execute", portal, most: 0 })),
    fc
      .constantFrom(...FUNCTIONS)
      .map((fn): Line => ({ say: "FunctionCall", fn, values: VALUES[fn] })),
    fc.constantFrom<Line>(
      { say: "Sync" },
      { say: "Flush" },
      { say: "CopyData", text: "{own}\t{secret}\tplanted\n" },
      { say: "CopyDone" },
      { say: "CopyFail" },
      // Whether it comes in time is chance.
      ...(certain ? [] : [{ say: "Cancel" } as const]),
    ),
  );
  return fc.oneof(
    { weight: 4, arbitrary: snippet.map((all) => all.map(query)) },
    { weight: 2, arbitrary: snippet.map((all) => [query(all.join("; "))]) },
    { weight: 3, arbitrary: extended },
    { weight: 2, arbitrary: replacing },
    {
      weight: 2,
      arbitrary: fc.oneof(unnamed, { weight: 5, arbitrary: stray.map((line) => [line]) }),
    },
  );
}
