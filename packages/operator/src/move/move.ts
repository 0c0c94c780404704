import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../fault.ts";
import { refuseStrangers } from "../place/alike.ts";
import { type House, placeNamed } from "../place/house.ts";
import type { Session } from "../place/session.ts";
import { copyRound } from "./copy.ts";
import { type Course, enter, tellEnds, withEnds } from "./course.ts";
import { call, type Move, type Tenant } from "./record.ts";
import { refuseStrays } from "./strays.ts";
import { type Limits, trySwitch } from "./switch.ts";

/** Tells the operator what is going on. */
export type Say = (line: string) => void;

// Rounds get shorter: each copies what was written during the one before it.
const SHORT_ROUND_MS = 1_000;
const MOST_ROUNDS = 3;
const ATTEMPTS = 8;

/**
 * Moves a tenant, or takes up a move that was begun and broken off. Nothing is removed where it was:
 * that is `finishMove`'s.
 *
 * @throws Fault when the move can't begin, the copies differ, or the tenant is too busy for the pause
 */
export async function moveTenant(
  house: House,
  home: Session,
  tenant: Tenant,
  to: string,
  limits: Limits,
  say: Say,
): Promise<Move> {
  const to_place = placeNamed(house, to);
  // Turning back is from where the tenant lives; taking up again from where it lived.
  const open = tenant.move?.to_place === to_place ? tenant.move : undefined;
  const from_place = open?.from_place ?? tenant.placement;
  if (from_place === to_place) throw new Fault(`${tenant.slug} lives in ${to_place} already.`);

  return withEnds(house, { from_place, to_place }, async (ends) => {
    await refuseStrangers(home, ends.target);
    const move = await call<Move>(home, "begin_move", tenant.id, to_place);
    const course: Course = { ...ends, home, tenant: tenant.id };
    await tellEnds(course);
    await enter(course.source, move);
    await enter(course.target, move);
    const switched = move.state === "copying" ? await carry(course, move, limits, say) : move;
    await settle(course, switched);
    return switched;
  });
}

async function carry(course: Course, move: Move, limits: Limits, say: Say): Promise<Move> {
  say(`copying from ${move.from_place} to ${move.to_place}`);
  let rows = await copyRounds(course, move, say);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    say("pausing its writes");
    const switched = await trySwitch(course, move, rows, limits);
    if (switched) {
      say(`switched: ${rows} rows compared, writes paused for ${switched.pause_ms} ms`);
      return switched;
    }
    say(`the pause would have taken more than ${limits.pauseMs} ms: the tenant goes on meanwhile`);
    await sleep(Math.random() * 500 * attempt);
    rows = await copyRound(course, move);
  }
  throw new Fault(
    `No pause of ${limits.pauseMs} ms was enough. The copy stays: move again at a quieter hour, or allow more with --pause-ms.`,
  );
}

async function copyRounds(course: Course, move: Move, say: Say): Promise<number> {
  for (let round = 1; ; round++) {
    const began = performance.now();
    const rows = await copyRound(course, move);
    const took = Math.round(performance.now() - began);
    say(`round ${round}: ${rows} rows equal in ${took} ms`);
    if (took < SHORT_ROUND_MS || round === MOST_ROUNDS) return rows;
  }
}

/** After the switch, from wherever it was broken off: both ends know, and nothing came too late. */
async function settle(course: Course, move: Move): Promise<void> {
  const { source, tables, tenant } = course;
  await tellEnds(course);
  if (source.place !== "home") await call(source, "dismiss_tenant", tenant);
  await refuseStrays(source, tenant, tables, move.left_at as string);
}
