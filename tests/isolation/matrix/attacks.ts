import { randomUUID } from "node:crypto";
import { absent, type Fields } from "./inputs.ts";
import { type Operation, positionOf } from "./operations.ts";
import { newestOf, type Party } from "./party.ts";
import { type Place, put, textsIn } from "./specimen.ts";

export type Shot = { fields: Fields; key: string };

/** One request twice: with something of the victim's in one position, and with what no tenant has there. */
export type Attack = { position: string; foreign(): Shot; absent(): Shot };

/** The operations whose things open another, one for each id that it needs. */
export type Opens = ReadonlyMap<string, readonly string[]>;

export type Parties = {
  victim: Party;
  attacker: Party;
  opens: Opens;
  /** Texts that attackers have stored already: finding them again would prove nothing. */
  kept: ReadonlySet<string>;
};

/**
 * Whatever of the victim's can be put into this operation, wherever it can be put.
 *
 * @param most values to try in one position
 */
export function* attacksOn(
  operation: Operation,
  { victim, attacker, opens, kept }: Parties,
  most: number,
): Generator<Attack> {
  const theirs = idsFor(operation, victim, opens);
  const own = () => idsFor(operation, attacker, opens);

  for (const place of operation.places) {
    const needed = operation.needed.indexOf(place);
    const shot = (text: string): Shot => ({
      fields: put(operation.input(own(), place), place.path, text) as Fields,
      key: randomUUID(),
    });
    const isNew = (text: string) => operation.route.kind === "mutation" || !kept.has(text);
    const values = foreignValues(place, { victim, attacker, likely: theirs[needed] })
      // A text that the field does not take could not even be sent.
      .filter((text) => isNew(text) && operation.accepts(shot(text).fields));
    for (const value of sparing(place, values).slice(0, most)) {
      const position = positionOf(operation, place);
      yield {
        position,
        foreign: () => shot(value),
        absent: () => shot(absent(place.kind, value)),
      };
      // With all the others of the victim's as well.
      if (needed === -1 || operation.needed.length < 2 || value !== theirs[needed]) continue;
      const all = (ids: string[]): Shot => ({ fields: operation.input(ids), key: randomUUID() });
      yield {
        position: `${position}, all ids`,
        foreign: () => all(theirs),
        absent: () => all(theirs.map(() => randomUUID())),
      };
    }
  }
  if (operation.route.kind === "mutation") yield* underTheirKey(operation, victim, own);
  if (operation.route.kind !== "open") yield smuggled(operation, victim, own);
  const bare = () => ({ fields: operation.input(own()), key: randomUUID() });
  yield { position: "none", foreign: bare, absent: bare };
}

type Own = () => string[];

/**
 * The victim's Idempotency-Keys: one with the victim's own request, another with a request of the
 * attacker's. Each is used once, because under it the attacker then has an answer of their own.
 */
function* underTheirKey(operation: Operation, victim: Party, own: Own): Generator<Attack> {
  const [mine, same] = victim.written.filter(({ by }) => by === operation.name);
  const under = (key: string | undefined, fields: () => Fields): Attack => ({
    position: "idempotency key",
    foreign: () => ({ fields: fields(), key: key ?? randomUUID() }),
    absent: () => ({ fields: fields(), key: randomUUID() }),
  });
  if (mine) yield under(mine.key, () => operation.input(own()));
  if (same) yield under(same.key, () => same.fields);
}

/** A field that no operation has, for one that would believe it. */
function smuggled(operation: Operation, victim: Party, own: Own): Attack {
  const shot = (tenant_id: string) => ({
    fields: { ...operation.input(own()), tenant_id },
    key: randomUUID(),
  });
  return {
    position: "unasked field",
    foreign: () => shot(victim.person.tenantId),
    absent: () => shot(randomUUID()),
  };
}

/** The ids of this tenant that open the operation, as far as it has any. */
export const idsFor = ({ name }: Operation, { made }: Party, opens: Opens): string[] =>
  (opens.get(name) ?? []).map((by) => made.findLast((each) => each.by === by)?.id ?? randomUUID());

type Rivals = { victim: Party; attacker: Party; likely: string | undefined };

/** What the victim has that could stand here, and the attacker has not. What is likely to be found comes first. */
function foreignValues({ kind, path }: Place, { victim, attacker, likely }: Rivals): string[] {
  if (kind === "cursor") return victim.cursors;
  if (kind === "id") {
    const newest = newestOf(victim).map(({ id }) => id);
    return [...new Set([...(likely ? [likely] : []), ...newest])];
  }
  const field = path.findLast((part) => typeof part === "string") ?? "";
  const shown = victim.shown.get(String(field)) ?? wordsOf(victim);
  const own = ownWords(victim);
  const theirs = [...shown].filter((text) => own(text) && !showsTo(attacker, text));
  return theirs;
}

/** A few of many texts. The others, and the newest, are not sent: where one comes back, it leaked. */
const sparing = ({ kind }: Place, values: string[]): string[] =>
  kind === "text" && values.length > 1 ? values.slice(1, 4) : values;

/** What a caller might search for: the texts that the victim wrote, and `name:text` for what has a name. */
function wordsOf({ written }: Party): Set<string> {
  const texts = written.flatMap(({ fields }) => [...textsIn(fields)]);
  return new Set([
    ...texts.map(([, text]) => text),
    ...texts.map(([name, text]) => `${name}:${text}`),
  ]);
}

const showsTo = ({ shown }: Party, text: string) =>
  [...shown.values()].some((texts) => texts.has(text));

/** Whether a text is the victim's, and not one that the product says to every tenant: `project.create`. */
function ownWords(victim: Party): (text: string) => boolean {
  const words = wordsOf(victim);
  return (text) => words.has(text) || victim.made.some(({ id }) => text.includes(id));
}

/** What of the victim's must stand in no answer: ids, cursors, and the victim's own words. */
export function secretsOf(victim: Party, others: readonly Party[]): string[] {
  const shown = [...victim.shown.values()].flatMap((texts) => [...texts]);
  const ids = victim.made.map(({ id }) => id);
  return [...new Set([...shown.filter(ownWords(victim)), ...ids, ...victim.cursors])].filter(
    (text) => text.length >= 8 && !others.some((party) => showsTo(party, text)),
  );
}
