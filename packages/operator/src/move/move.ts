import { setTimeout as sleep } from "node:timers/promises";
import { advised, Fault } from "../fault.ts";
import { refuseStrangers } from "../place/alike.ts";
import { type House, placeNamed } from "../place/house.ts";
import type { Session } from "../place/session.ts";
import type { Marks } from "../rows/catch-up.ts";
import { rowsIn } from "../rows/verify.ts";
import { catchUpRound, copyRound } from "./copy.ts";
import { type Course, enter, tellEnds, withEnds } from "./course.ts";
import { call, type Move, type Tenant } from "./record.ts";
import { refuseStrays } from "./strays.ts";
import { type Limits, type Switched, trySwitch } from "./switch.ts";
import { unwatchChanges, watchChanges } from "./watch.ts";

/** Tells the operator what is going on. */
export type Say = (line: string) => void;

// Rounds get shorter: each copies what was written during the one before it.
const SHORT_ROUND_MS = 150;
const MOST_ROUNDS = 10;
const ATTEMPTS = 8;

/**
 * Moves a tenant, or takes up a move that was begun and broken off. Nothing is removed where it was:
 * that is `finishMove`'s.
 *
 * @param signal aborted when there is no time left to copy; what was copied stays
 * @throws Fault when the move can't begin, the copies differ, or the tenant is too busy for the pause; what
 * the signal was aborted with
 */
export async function moveTenant(
  house: House,
  home: Session,
  tenant: Tenant,
  to: string,
  limits: Limits,
  say: Say,
  signal?: AbortSignal,
): Promise<Move> {
  const to_place = placeNamed(house, to);
  // Turning back is from where the tenant lives; taking up again from where it lived.
  const open = tenant.move?.to_place === to_place ? tenant.move : undefined;
  const from_place = open?.from_place ?? tenant.placement;
  if (from_place === to_place) throw new Fault(`${tenant.slug} lives in ${to_place} already.`);

  return withEnds(house, { from_place, to_place }, async (ends) => {
    await refuseStrangers(home, ends.target);
    const move = await call<Move>(home, "begin_move", tenant.id, to_place);
    const course: Course = { ...ends, home, tenant: tenant.id, signal };
    await tellEnds(course);
    await enter(course.source, move);
    await enter(course.target, move);
    const { move: switched, differs } =
      move.state === "copying" ? await carry(course, move, limits, say).catch(refuse) : { move };
    await settle(course, switched);
    if (differs) throw differs;
    return switched;
  });
}

function refuse(error: unknown): never {
  throw advised(
    error,
    "Nothing was switched. Look for what else writes the target, then abort and begin anew.",
  );
}

async function carry(course: Course, move: Move, limits: Limits, say: Say): Promise<Switched> {
  say(`copying from ${move.from_place} to ${move.to_place}`);
  await watchChanges(course);
  const began = performance.now();
  const { checksums, marks: first } = await copyRound(course, move);
  say(`round 1: ${rowsIn(checksums)} rows equal in ${since(began)} ms`);

  let marks = first;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    marks = await shortRounds(course, move, marks, say);
    say("pausing its writes");
    const switched = await trySwitch(course, move, { checksums, marks }, limits);
    if (switched) {
      const { row_count, pause_ms } = switched.move;
      say(`switched: ${row_count} rows compared, writes paused for ${pause_ms} ms`);
      return switched;
    }
    say(`the pause would have taken more than ${limits.pauseMs} ms: the tenant goes on meanwhile`);
    await sleep(Math.random() * 500 * attempt);
  }
  throw new Fault(
    `No pause of ${limits.pauseMs} ms was enough. The copy stays: move again at a quieter hour, or allow more with --pause-ms.`,
  );
}

/** Catches up until little can be left to catch up with. */
async function shortRounds(course: Course, move: Move, from: Marks, say: Say): Promise<Marks> {
  let marks = from;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const began = performance.now();
    marks = await catchUpRound(course, move, marks);
    const took = since(began);
    say(`caught up in ${took} ms`);
    if (took < SHORT_ROUND_MS) break;
  }
  return marks;
}

const since = (began: number) => Math.round(performance.now() - began);

/** After the switch, from wherever it was broken off: both ends know, and nothing came too late. */
async function settle(course: Course, move: Move): Promise<void> {
  const { source, tables, tenant } = course;
  await tellEnds(course);
  await unwatchChanges(course, move);
  if (source.place !== "home") await call(source, "dismiss_tenant", tenant);
  await refuseStrays(source, tenant, tables, move.left_at as string);
}
