import { type Attack, attacksOn, type Opens, type Shot, secretsOf } from "./attacks.ts";
import { type Credential, credentialsOf } from "./credentials.ts";
import type { House } from "./house.ts";
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

/** A victim with things, an attacker with things of their own, and what of a house's table opens what. */
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
export async function newWorld(house: House): Promise<World> {
  const operations = operationsOf(house.routes);
  const control = await newParty(house, operations, "control");
  await furnish(house, operations, control);
  const { opens, violations } = await tryOut(house, operations, control);

  const victim = await newParty(house, operations, "victim");
  const attacker = await newParty(house, operations, "attacker");
  for (const party of [victim, attacker]) await furnish(house, operations, party);
  const secrets = secretsOf(victim, [attacker, control]);
  return { operations, victim, attacker, opens, secrets, violations };
}

type Site = World & {
  house: House;
  others: Watch;
  /** What was sent and kept: it may come back to whoever sent it. */
  kept: Set<string>;
};

/**
 * Attacks every route of a house's table with every credential and whatever of a victim's can be put
 * into every position. What a route takes and whose things open it is found out, not written down.
 *
 * @param only the credentials to attack with, and the operations to attack. @default - all
 * @throws Ungeneratable when a route can't be attacked, and says what to add
 */
export async function attackRoutes(
  house: House,
  only: { credentials?: RegExp; operations?: RegExp } = {},
): Promise<Report> {
  const world = await newWorld(house);
  const { operations, violations } = world;
  const credentials = await credentialsOf({ house, ...world }, only.credentials ?? /./);
  const acting = credentials.flatMap(({ tenantId }) => tenantId ?? []);
  const site: Site = {
    ...world,
    house,
    others: await watch(house.layout, acting),
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

/** Asks for everything as somebody may: an attack on what never succeeds would prove nothing. */
async function tryOut(house: House, operations: readonly Operation[], control: Party) {
  const opens = new Map<string, string[]>();
  const violations: string[] = [];
  for (const operation of operations) {
    // What was made before may be gone: an earlier operation may have taken it away.
    if (operation.needed.length > 0) await renewAll(house, operations, control);
    const answers: Answer[] = [];
    for (const things of choices(newestOf(control), operation.needed.length)) {
      const fields = operation.input(things.map(({ id }) => id));
      const answer = await send(house, operation, fields, control.session);
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

async function renewAll(house: House, operations: readonly Operation[], party: Party) {
  for (const operation of operations) {
    if (operation.route.method === "post")
      await write(house, operation, party, party.made.toReversed());
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
  { position, foreign, nobodys }: Attack,
  statuses: Set<number>,
): AsyncGenerator<string> {
  const shoot = async (draw: () => Shot): Promise<Shown> => {
    if (credential.tenantId) await renew(site, operation);
    const { fields, key } = draw();
    const answer = await send(site.house, operation, fields, credential.headers, key);
    statuses.add(answer.status);
    const sent = [...textsIn(fields)].map(([, text]) => text);
    if (operation.route.kind === "mutation" && succeeded(answer)) {
      for (const text of sent) site.kept.add(text);
    }
    return { answer, sent };
  };
  const [a, b] = [await shoot(foreign), await shoot(nobodys)];
  const where = position === "none" ? "with nothing of anybody's" : `in the position "${position}"`;

  const told = `the victim's ${where} was answered ${a.answer.status} ${a.answer.text.slice(0, 300)}, nobody's ${b.answer.status} ${b.answer.text.slice(0, 300)}`;
  if (!alike(a, b)) {
    const made = succeeded(a.answer) && succeeded(b.answer);
    if (!made || !alikeButNew(a, b, await shoot(nobodys))) yield told;
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

  // Whoever is nobody is looked after once, when all has been tried.
  if (operation.route.kind !== "mutation" || !credential.tenantId) return;
  const changed = await site.others.changed();
  if (changed.length > 0) yield `rows of others were changed ${where}: ${changed.join(", ")}`;
}

/** New things of the attacker's own, for an operation that uses them up. */
async function renew({ house, operations, attacker, opens }: Site, operation: Operation) {
  if (operation.route.kind !== "mutation") return;
  for (const by of opens.get(operation.name) ?? []) {
    const made = operations.find(({ name }) => name === by);
    if (made) await write(house, made, attacker, attacker.made.toReversed());
  }
}
