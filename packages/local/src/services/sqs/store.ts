import { randomUUID } from "node:crypto";
import type { State } from "../state/index.ts";
import type { MessageAttribute } from "./attributes.ts";
import type { NewMessage } from "./types.ts";

/** A stored message. Times are Unix milliseconds. */
export type StoredMessage = {
  seq: number;
  id: string;
  body: string;
  attributes: Record<string, MessageAttribute>;
  traceHeader: string | null;
  groupId: string | null;
  sentAt: number;
  visibleAt: number;
  /** Over all queues. */
  receives: number;
  /** In this queue. */
  receivesHere: number;
  firstReceivedAt: number | null;
  receipt: string | null;
  deadLetterSource: string | null;
};

export type MessageStore = ReturnType<typeof openMessageStore>;

const COLUMNS = `seq, id, body, attributes, trace_header as "traceHeader", group_id as "groupId",
  sent_at as "sentAt", visible_at as "visibleAt", receives, receives_here as "receivesHere",
  first_received_at as "firstReceivedAt", receipt, dead_letter_source as "deadLetterSource"`;

const IN_FLIGHT = "queue = ? and visible_at > ? and receives_here > 0";

/** The messages in SQLite. A change is committed when the call returns, or with the caller's transaction. */
export function openMessageStore({ db, transaction }: State) {
  const insert = db.prepare(`insert into messages
    (queue, id, body, attributes, trace_header, group_id, sent_at, visible_at)
    values (?, ?, ?, ?, ?, ?, ?, ?)`);
  // Two statements, so that messages of quiet groups are found without sorting those of noisy ones.
  const ready = `select ${COLUMNS} from messages
    where queue = ? and visible_at <= ? and sent_at > ?`;
  const inOrder = "order by visible_at, seq limit ?";
  const quiet = db.prepare(`${ready} and (group_id is null or
    group_id not in (select value from json_each(?))) ${inOrder}`);
  const noisy = db.prepare(`${ready} and group_id in (select value from json_each(?)) ${inOrder}`);
  const groups = db.prepare(`select group_id as "groupId", count(*) as "count" from messages
    where ${IN_FLIGHT} group by group_id`);
  const take = db.prepare(`update messages set receives = receives + 1,
    receives_here = receives_here + 1, first_received_at = coalesce(first_received_at, ?),
    visible_at = ?, receipt = ? where seq = ? returning ${COLUMNS}`);
  const move = db.prepare(`update messages set queue = ?, receives_here = 0, visible_at = ?,
    receipt = null, dead_letter_source = ? where seq = ?`);
  const moveBack = db.prepare(`update messages set queue = :to, receives_here = 0,
    visible_at = :now, receipt = null, dead_letter_source = null
    where queue = :from and dead_letter_source = :source and visible_at <= :now`);
  const remove = db.prepare("delete from messages where queue = ? and seq = ? and receipt = ?");
  const find = db.prepare(`select ${COLUMNS} from messages where queue = ? and seq = ?`);
  const show = db.prepare("update messages set visible_at = ? where seq = ?");
  const release = db.prepare(`update messages set visible_at = ? where ${IN_FLIGHT}`);
  const expire = db.prepare("delete from messages where queue = ? and sent_at <= ?");
  const next = db.prepare(
    'select min(visible_at) as "at" from messages where queue = ? and visible_at > ?',
  );
  const count = db.prepare(`select
    count(*) filter (where visible_at <= :now) as "visible",
    count(*) filter (where visible_at > :now and receives_here > 0) as "inFlight",
    count(*) filter (where visible_at > :now and receives_here = 0) as "delayed"
    from messages where queue = :queue`);
  const list = db.prepare(`select ${COLUMNS} from messages where queue = ? order by seq limit ?`);

  return {
    insert(queue: string, messages: readonly (NewMessage & { delayMs: number })[], now: number) {
      return transaction(() =>
        messages.map((message) => {
          const id = randomUUID();
          const attributes = JSON.stringify(message.attributes ?? {});
          const { traceHeader = null, groupId = null, body, delayMs } = message;
          insert.run(queue, id, body, attributes, traceHeader, groupId, now, now + delayMs);
          return id;
        }),
      );
    },
    /** Visible messages sent after a time: those of no noisy group, or those of a noisy one. */
    ready(queue: string, now: number, sentAfter: number, groups: Groups, limit: number) {
      const statement = groups.pick === "quiet" ? quiet : noisy;
      const rows = statement.all(queue, now, sentAfter, JSON.stringify(groups.noisy), limit);
      return rows.map(storedMessage);
    },
    inFlightByGroup: (queue: string, now: number) =>
      groups.all(queue, now) as { groupId: string | null; count: number }[],
    take: (seq: number, now: number, visibleAt: number, receipt: string) =>
      storedMessage(take.get(now, visibleAt, receipt, seq) ?? {}),
    move: (seq: number, queue: string, now: number, source: string) =>
      move.run(queue, now, source, seq),
    /** Moves the visible dead letters of one source back to it, with all attempts. Returns their number. */
    moveBack: (from: string, to: string, source: string, now: number) =>
      Number(moveBack.run({ from, to, source, now }).changes),
    remove: (queue: string, seq: number, receipt: string) => remove.run(queue, seq, receipt),
    find(queue: string, seq: number) {
      const row = find.get(queue, seq);
      return row && storedMessage(row);
    },
    showAt: (seq: number, visibleAt: number) => show.run(visibleAt, seq),
    release: (queue: string, now: number) => Number(release.run(now, queue, now).changes),
    /** Deletes what was sent at the given time or before. */
    expire: (queue: string, sentUntil: number) => expire.run(queue, sentUntil),
    nextVisibleAt: (queue: string, now: number) => next.get(queue, now)?.at as number | null,
    count: (queue: string, now: number) =>
      count.get({ queue, now }) as { visible: number; inFlight: number; delayed: number },
    list: (queue: string, limit: number) => list.all(queue, limit).map(storedMessage),
  };
}

export type Groups = { pick: "quiet" | "noisy"; noisy: readonly string[] };

function storedMessage(row: Record<string, unknown>): StoredMessage {
  return { ...(row as StoredMessage), attributes: JSON.parse(String(row.attributes)) };
}
