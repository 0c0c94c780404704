import { createHash } from "node:crypto";
import type { DBAdapter, DBTransactionAdapter, Where } from "@better-auth/core/db/adapter";

/**
 * What the database keeps of a session token: `sha256(sha256(token))` in lower-case hex. The inner
 * hash is the proof that is sent to Postgres when a request is opened, the outer one makes the row
 * useless as a proof. No salt: a token is 190 random bits.
 */
export function storedToken(token: string): string {
  const proof = createHash("sha256").update(token).digest();
  return createHash("sha256").update(proof).digest("hex");
}

type Row = Record<string, unknown>;

/**
 * Better Auth works as if the database held its session tokens; this adapter translates. What is written and looked up is hashed, and a session found by its token carries that
 * token. A session found in any other way carries its id where the token would be: a handle to show
 * and to revoke by, never a credential. A plugin that would revoke listed sessions by their tokens
 * finds none: it needs an endpoint that goes by id, as in `opaque-sessions.ts`.
 */
export function hashSessionTokens(inner: DBAdapter): DBAdapter {
  return {
    ...hashed(inner),
    transaction: (work) => inner.transaction((trx) => work(hashed(trx))),
  } as DBAdapter;
}

function hashed(inner: DBTransactionAdapter): DBTransactionAdapter {
  const withWhere =
    (run: (input: never) => Promise<unknown>) =>
    async (input: { model: string; where?: Where[] }) => {
      if (input.model !== "session") return run(input as never);
      const { where, tokens } = hashWhere(input.where ?? []);
      return reveal(await run({ ...input, where } as never), tokens);
    };

  return {
    ...inner,
    create: (async (input: { model: string; data: Row }) => {
      if (input.model !== "session") return inner.create(input);
      const token = String(input.data.token);
      const data = { ...input.data, token: storedToken(token) };
      return { ...(await inner.create<Row>({ ...input, data })), token };
    }) as DBAdapter["create"],
    findOne: withWhere(inner.findOne) as DBAdapter["findOne"],
    findMany: withWhere(inner.findMany) as DBAdapter["findMany"],
    count: withWhere(inner.count) as DBAdapter["count"],
    update: withWhere(inner.update) as DBAdapter["update"],
    updateMany: withWhere(inner.updateMany) as DBAdapter["updateMany"],
    delete: withWhere(inner.delete) as DBAdapter["delete"],
    deleteMany: withWhere(inner.deleteMany) as DBAdapter["deleteMany"],
    consumeOne: withWhere(inner.consumeOne) as DBAdapter["consumeOne"],
    incrementOne: withWhere(inner.incrementOne) as DBAdapter["incrementOne"],
  };
}

/** The condition with hashes for tokens, and which token each hash stands for. */
function hashWhere(where: Where[]) {
  const tokens = new Map<string, string>();
  const hash = (token: unknown) => {
    if (typeof token !== "string") throw new Error("A session token is a string.");
    const stored = storedToken(token);
    tokens.set(stored, token);
    return stored;
  };
  const conditions = where.map((condition): Where => {
    if (condition.field !== "token") return condition;
    const { value, operator = "eq" } = condition;
    if (operator === "eq") return { ...condition, value: hash(value) };
    if (operator === "in" && Array.isArray(value)) return { ...condition, value: value.map(hash) };
    throw new Error(`Session tokens are hashed and cannot be compared by ${operator}.`);
  });
  return { where: conditions, tokens };
}

function reveal(found: unknown, tokens: Map<string, string>): unknown {
  if (Array.isArray(found)) return found.map((row) => reveal(row, tokens));
  if (!isSession(found)) return found;
  return { ...found, token: tokens.get(found.token) ?? found.id };
}

const isSession = (row: unknown): row is Row & { token: string; id: string } =>
  typeof row === "object" && row !== null && typeof (row as Row).token === "string";
