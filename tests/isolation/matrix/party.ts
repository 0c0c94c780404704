import { randomUUID } from "node:crypto";
import { PERMISSIONS } from "@bulkhead/core/verb";
import { cookieOf, ORIGIN_SECRET } from "../../routes/support.ts";
import type { Person } from "../../support/database.ts";
import type { Fields } from "./inputs.ts";
import { type Operation, requestOf } from "./operations.ts";
import { textsIn } from "./specimen.ts";
import type { TestApi, Who } from "./test-api.ts";

export type Headers = Record<string, string>;
export type Answer = { status: number; headers: string; text: string };

/** A thing that a tenant has, and what made it: an operation, mostly. */
export type Made = { id: string; by: string };

/** A tenant with things of its own. */
export type Party = {
  person: Person;
  session: Headers;
  key: Headers;
  made: Made[];
  /** What was asked for, and under which Idempotency-Key. */
  written: { by: string; fields: Fields; key: string }[];
  /** Where each list goes on after its first row. */
  cursors: string[];
  /** Every text that the tenant is shown, by the name of its field. */
  shown: Map<string, Set<string>>;
};

// In every answer, so that two of them are equal to the byte but for the id of their trace.
const REQUEST_ID = "matrix";

export const sessionOf = ({ token }: Pick<Person, "token">): Headers => ({
  cookie: cookieOf(token),
  "sec-fetch-site": "same-origin",
});
export const keyOf = (secret: string): Headers => ({ authorization: `Bearer ${secret}` });

/** Asks for it, and has the answer as the wire would carry it. */
export async function send(
  { ask }: TestApi,
  operation: Operation,
  fields: Fields,
  credential: Headers,
  key: string = randomUUID(),
): Promise<Answer> {
  const { path, body } = requestOf(operation, fields);
  const response = await ask(path, {
    method: operation.route.method.toUpperCase(),
    headers: {
      "x-origin-secret": ORIGIN_SECRET,
      "x-request-id": REQUEST_ID,
      ...(operation.route.kind === "mutation" && { "idempotency-key": key }),
      ...(body && { "content-type": "application/json" }),
      ...credential,
    },
    ...(body && { body }),
  });
  const headers = [...response.headers]
    .filter(([name]) => name !== "x-trace-id")
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");
  return { status: response.status, headers, text: await response.text() };
}

export const succeeded = ({ status }: Answer) => status >= 200 && status < 300;

/** Opens a tenant: a person with a session, and a key with every permission. It has nothing yet. */
export async function newParty(
  api: TestApi,
  operations: readonly Operation[],
  who: Who,
): Promise<Party> {
  const { layout } = api;
  const person = await layout.home.newPerson(who);
  await layout.placeTenant(person, who);
  const session = sessionOf(person);
  return {
    person,
    session,
    key: keyOf(await newKey(api, operations, session)),
    made: [
      { id: person.tenantId, by: "the tenant" },
      { id: person.userId, by: "the user" },
    ],
    written: [],
    cursors: [],
    shown: new Map(),
  };
}

/** A key that may do everything. */
export async function newKey(
  api: TestApi,
  operations: readonly Operation[],
  session: Headers,
): Promise<string> {
  const create = named(operations, "POST /v1/api-keys");
  const fields = { name: "everything", scopes: [...PERMISSIONS] };
  const answer = await send(api, create, fields, session);
  return String(JSON.parse(answer.text).secret);
}

export function named(operations: readonly Operation[], name: string): Operation {
  const found = operations.find((operation) => operation.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}

/** Lets a tenant do everything once or twice that can be done, and look at all that came of it. */
export async function furnish(
  api: TestApi,
  operations: readonly Operation[],
  party: Party,
): Promise<void> {
  const by = (method: string) =>
    operations
      .filter(({ route }) => route.kind === "mutation" && route.method === method)
      .toSorted((a, b) => a.needed.length - b.needed.length);
  const makes = by("post");
  for (const operation of [...makes, ...makes, ...by("patch"), ...by("patch")]) {
    await write(api, operation, party, party.made.toReversed());
  }
  for (const operation of [...by("delete"), ...by("delete")]) {
    const ids = await write(api, operation, party, party.made);
    party.made = party.made.filter(({ id }) => !ids?.includes(id));
  }
  // Deleting took from what there was.
  for (const operation of [...makes, ...makes]) {
    await write(api, operation, party, party.made.toReversed());
  }
  for (const operation of operations.filter(({ route }) => route.kind === "read")) {
    for (const ids of choices(newestOf(party), operation.needed.length)) {
      await look(
        api,
        operation,
        party,
        ids.map(({ id }) => id),
      );
    }
  }
}

/** Does it to the first things that it can be done to, and returns their ids. */
export async function write(
  api: TestApi,
  operation: Operation,
  party: Party,
  things: readonly Made[],
): Promise<string[] | undefined> {
  for (const chosen of choices(things, operation.needed.length)) {
    const ids = chosen.map(({ id }) => id);
    const fields = operation.input(ids);
    const key = randomUUID();
    const answer = await send(api, operation, fields, party.session, key);
    if (!succeeded(answer)) continue;
    party.written.push({ by: operation.name, fields, key });
    const { id } = answer.text ? JSON.parse(answer.text) : {};
    // An answer with the id of what was asked for made nothing.
    if (typeof id === "string" && !ids.includes(id)) party.made.push({ id, by: operation.name });
    return ids;
  }
  return undefined;
}

async function look(
  api: TestApi,
  operation: Operation,
  party: Party,
  ids: string[],
): Promise<void> {
  const fields = operation.input(ids);
  const answer = await send(api, operation, fields, party.session);
  if (!succeeded(answer)) return;
  for (const [field, text] of textsIn(JSON.parse(answer.text))) {
    const known = party.shown.get(field) ?? new Set();
    party.shown.set(field, known.add(text));
  }
  const shorter = { ...fields, limit: 1 };
  if (!operation.accepts(shorter)) return;
  const page = await send(api, operation, shorter, party.session);
  const { next_cursor } = succeeded(page) ? JSON.parse(page.text) : {};
  if (typeof next_cursor === "string") party.cursors.push(next_cursor);
}

/** The newest thing of each making. */
export const newestOf = ({ made }: Pick<Party, "made">): Made[] => [
  ...new Map(made.map((thing) => [thing.by, thing])).values(),
];

/** Every way to choose so many of some things, in order. */
export function choices<T>(things: readonly T[], count: number): T[][] {
  if (count === 0) return [[]];
  return choices(things, count - 1).flatMap((few) => things.map((thing) => [...few, thing]));
}
