import { Fault } from "../fault.ts";
import type { House } from "../place/house.ts";
import type { Session } from "../place/session.ts";
import { keysOf, missingFrom } from "../rows/keys.ts";
import { deleteRows } from "../rows/write.ts";
import { clear } from "./copy.ts";
import { type Course, enter, tellEnds, withEnds } from "./course.ts";
import { call, type Move, type Tenant } from "./record.ts";
import { isSharedWithHome, refuseStrays } from "./strays.ts";
import { unwatchChanges } from "./watch.ts";

/**
 * Removes the rows that a tenant left behind. `now` does so before their time is over.
 *
 * @throws Fault when there is nothing to finish, it is too early, or somebody wrote the old rows
 */
export async function finishMove(
  house: House,
  home: Session,
  tenant: Tenant,
  now: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const { move } = tenant;
  if (move?.state !== "switched") throw new Fault(`${tenant.slug} has no move to finish.`);
  if (!now && Date.parse(move.keep_until ?? "") > Date.now()) {
    throw new Fault(
      `The old rows of ${tenant.slug} are kept until ${move.keep_until}. Come again then, or say --now.`,
    );
  }
  await onCourse(house, home, move, signal, async (course) => {
    await refuseStrays(course.source, tenant.id, course.tables, move.left_at as string);
    await removeOld(course, move.left_at as string);
  });
}

/** Removes the copy of a move that has not switched, and lets the tenant be. */
export async function abortMove(
  house: House,
  home: Session,
  tenant: Tenant,
  signal?: AbortSignal,
): Promise<void> {
  const { move } = tenant;
  if (move?.kind !== "move" || move.state !== "copying") {
    throw new Fault(
      `${tenant.slug} has no move that could be aborted. After the switch, move it back.`,
    );
  }
  await onCourse(house, home, move, signal, async (course) => {
    await clear(course);
    await removeMerged(course);
  });
}

async function onCourse(
  house: House,
  home: Session,
  move: Move,
  signal: AbortSignal | undefined,
  remove: (course: Course) => Promise<void>,
): Promise<void> {
  await withEnds(house, move, async (ends) => {
    const course: Course = { ...ends, home, tenant: move.tenant_id, signal };
    await tellEnds(course);
    await enter(course.source, move);
    await enter(course.target, move);
    await remove(course);
    const left = move.state === "copying" ? course.target : course.source;
    if (left.place !== "home") await call(left, "dismiss_tenant", move.tenant_id);
    await call(home, "end_move", move.id, move.state === "copying" ? "aborted" : "finished");
    await tellEnds(course);
    await unwatchChanges(course, move);
  });
}

async function removeOld({ source, tenant, tables, signal }: Course, since: string): Promise<void> {
  for (const table of tables.toReversed()) {
    // What home has written since is its own.
    const keep = isSharedWithHome(source, table);
    for await (const { keys, changed } of keysOf(source, tenant, table, {
      buckets: "all",
      since,
    })) {
      await deleteRows(source, tenant, table, keep ? keys.filter((_, n) => !changed[n]) : keys);
      signal?.throwIfAborted();
    }
  }
}

/** At home: what the place where the tenant lives has as well. */
async function removeMerged({ source, target, tenant, tables }: Course): Promise<void> {
  for (const table of tables.filter(({ merges }) => merges)) {
    for await (const { keys } of keysOf(target, tenant, table, { buckets: "all" })) {
      const own = await missingFrom(source, tenant, table, keys);
      await deleteRows(
        target,
        tenant,
        table,
        keys.filter((_, n) => !own.has(n)),
      );
    }
  }
}
