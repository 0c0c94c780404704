import { type Attack, attacksOn, type Opens, type Shot, secretsOf } from "./attacks.ts";
import { type Credential, credentialsOf } from "./credentials.ts";
import { type Operation, operationsOf } from "./operations.ts";
import {
  type Answer,
  choices,
  furnish,
  newestOf,
  newParty,
  type Party,
  send,
  succeeded,
  write,
} from "./party.ts";
import { type Watch, watch } from "./rows.ts";
import { textsIn } from "./specimen.ts";
import type { TestApi } from "./test-api.ts";
import { alike, alikeButNew, type Shown } from "./verdict.ts";

/** One operation, attacked with one credential. */
export type Cell = {
  operation: string;
  credential: string;
  /** How many attacks there were in each position. */
  positions: Record<string, number>;
  /** What the attacks were answered with. */
  statuses: number[];
};

export type Report = { cells: Cell[]; violations: string[] };

/** A victim with things, an attacker with things of their own, and what of a table of routes opens what. */
export type World = {
  operations: readonly Operation[];
  victim: Party;
  attacker: Party;
  opens: Opens;
  /** What of the victim's may stand in no answer. */
  secrets: readonly string[];
  /** Operations that could not be tried out. */
  violations: string[];
};

/** @throws Ungeneratable when a route can't be attacked, and says what to add */
export async function newWorld(api: TestApi): Promise<World> {
  const operations = operationsOf(api.routes);
  const control = await newParty(api, operations, "control");
  await furnish(api, operations, control);
  const { opens, violations } = await tryOut(api, operations, control);

  const victim = await newParty(api, operations, "victim");
  const attacker = await newParty(api, operations, "attacker");
  for (const party of [victim, attacker]) await furnish(api, operations, party);
  const secrets = secretsOf(victim, [attacker, control]);
  return { operations, victim, attacker, opens, secrets, violations };
}

type Site = World & {
  api: TestApi;
  others: Watch;
  /** What was sent and kept: it may come back to its sender. */
  kept: Set<string>;
};

/**
 * Attacks every route of a table with every credential and all that the victim has which can be put
 * into every position. What a route takes and whose things open it is found out, not written down.
 *
 * @param only the credentials to attack with, and the operations to attack. @default - all
 * @throws Ungeneratable when a route can't be attacked, and says what to add
 */
export async function attackRoutes(
  api: TestApi,
  only: { credentials?: RegExp; operations?: RegExp } = {},
): Promise<Report> {
  const world = await newWorld(api);
  const { operations, violations } = world;
  const credentials = await credentialsOf({ api, ...world }, only.credentials ?? /./);
  const acting = credentials.flatMap(({ tenantId }) => tenantId ?? []);
  const site: Site = {
    ...world,
    api,
    others: await watch(api.layout, acting),
    kept: new Set(),
  };

  const cells: Cell[] = [];
  for (const operation of operations) {
    if (only.operations?.test(operation.name) === false) continue;
    for (const credential of credentials) {
      const { found, ...cell } = await attackOne(site, operation, credential);
      cells.push({ operation: operation.name, credential: credential.name, ...cell });
      violations.push(...found.map((what) => `${operation.name}, ${credential.name}: ${what}`));
    }
  }
  return { cells, violations };
}

/** Asks for everything with the caller's own values: an attack on what never succeeds would prove nothing. */
async function tryOut(api: TestApi, operations: readonly Operation[], control: Party) {
  const opens = new Map<string, string[]>();
  const violations: string[] = [];
  for (const operation of operations) {
    // What was made before may be gone: an earlier operation may have taken it away.
    if (operation.needed.length > 0) await renewAll(api, operations, control);
    const answers: Answer[] = [];
    for (const things of choices(newestOf(control), operation.needed.length)) {
      const fields = operation.input(things.map(({ id }) => id));
      const answer = await send(api, operation, fields, control.session);
      answers.push(answer);
      if (!succeeded(answer)) continue;
      opens.set(
        operation.name,
        things.map(({ by }) => by),
      );
      break;
    }
    if (opens.has(operation.name)) continue;
    const [answer] = answers;
    violations.push(
      `${operation.name} never succeeds for the tenant itself, so that no attack on it would prove anything. It was last answered ${answer?.status ?? "nothing"} ${answer?.text ?? ""}. Add a POST route that makes what it needs, or examples for its fields: .meta({ examples: ["…"] }).`,
    );
  }
  return { opens, violations };
}

async function renewAll(api: TestApi, operations: readonly Operation[], party: Party) {
  for (const operation of operations) {
    if (operation.route.method === "post")
      await write(api, operation, party, party.made.toReversed());
  }
}

async function attackOne(site: Site, operation: Operation, credential: Credential) {
  const positions: Record<string, number> = {};
  const statuses = new Set<number>();
  const found = new Set<string>();
  const most = credential.tenantId ? Number.POSITIVE_INFINITY : 1;
  for (const attack of attacksOn(operation, site, most)) {
    positions[attack.position] = (positions[attack.position] ?? 0) + 1;
    for await (const what of judged(site, operation, credential, attack, statuses)) found.add(what);
  }
  const changed = await site.others.changed();
  if (changed.length > 0) found.add(`rows of others were changed: ${changed.join(", ")}`);
  return { positions, statuses: [...statuses].toSorted(), found: [...found] };
}

/** Shoots, and says in sentences what should not have been. */
async function* judged(
  site: Site,
  operation: Operation,
  credential: Credential,
  { position, foreign, absent }: Attack,
  statuses: Set<number>,
): AsyncGenerator<string> {
  const shoot = async (draw: () => Shot): Promise<Shown> => {
    if (credential.tenantId) await renew(site, operation);
    const { fields, key } = draw();
    const answer = await send(site.api, operation, fields, credential.headers, key);
    statuses.add(answer.status);
    const sent = [...textsIn(fields)].map(([, text]) => text);
    if (operation.route.kind === "mutation" && succeeded(answer)) {
      for (const text of sent) site.kept.add(text);
    }
    return { answer, sent };
  };
  const [a, b] = [await shoot(foreign), await shoot(absent)];
  const where =
    position === "none" ? "with nothing of any tenant's" : `in the position "${position}"`;

  const told = `the victim's ${where} was answered ${a.answer.status} ${a.answer.text.slice(0, 300)}, an absent one ${b.answer.status} ${b.answer.text.slice(0, 300)}`;
  if (!alike(a, b)) {
    const made = succeeded(a.answer) && succeeded(b.answer);
    if (!made || !alikeButNew(a, b, await shoot(absent))) yield told;
  }
  if (a.answer.status >= 500) yield `it was answered ${a.answer.status} ${where}`;
  if (operation.route.kind !== "open" && succeeded(a.answer) && !credential.tenantId) {
    yield `the credential opened it ${where}`;
  }
  const leaked = site.secrets.find(
    (secret) =>
      a.answer.text.includes(secret) && !a.sent.includes(secret) && !site.kept.has(secret),
  );
  if (leaked) yield `"${leaked}" of the victim's came back ${where}`;

  // What opens no tenant is compared once, when all has been tried.
  if (operation.route.kind !== "mutation" || !credential.tenantId) return;
  const changed = await site.others.changed();
  if (changed.length > 0) yield `rows of others were changed ${where}: ${changed.join(", ")}`;
}

/** New things of the attacker's own, for an operation that uses them up. */
async function renew({ api, operations, attacker, opens }: Site, operation: Operation) {
  if (operation.route.kind !== "mutation") return;
  for (const by of opens.get(operation.name) ?? []) {
    const made = operations.find(({ name }) => name === by);
    if (made) await write(api, made, attacker, attacker.made.toReversed());
  }
}
