import { installed } from "./settings.ts";
import { currentFrame, end, later, setIdentity } from "./trace/in-work.ts";
import { failureOf, newSpan } from "./trace/span.ts";

/** A batch that is over, as `@bulkhead/db` tells of it. Times are by `performance.now()`. */
export type Exchange = {
  commands: readonly { text: string }[];
  outcome: { rows: readonly (readonly unknown[])[]; failure?: Error };
  begunAt: number;
  endedAt: number;
  opened?: { tenantId: string; actor: string } | undefined;
};

/** How every batch begins. The same in all of them, and returns nothing: it has no span. */
const RESET = "reset all";

/**
 * A batch as spans: the transaction, and below it each statement that ran, with the rows it returned.
 * All of them take the batch's time: PostgreSQL says nothing before the last statement is done, so how
 * long each took can't be known from here.
 *
 * The tenant and actor of the batch become those of the current work.
 */
export function observeDatabase({ commands, outcome, begunAt, endedAt, opened }: Exchange): void {
  if (opened) setIdentity({ tenantId: opened.tenantId, actor: opened.actor });
  const frame = currentFrame();
  if (!frame || !installed().export) return;
  const { work, span: parent } = frame;
  // Values and rows are let go of: a work may last, and a span has only texts and counts.
  const texts = commands.map(({ text }) => text);
  const returned = outcome.rows.map((rows) => rows.length);
  // A refusal of ours is an answer and no fault: the status of the request decides whether it is kept.
  const failure = outcome.failure && failureOf(outcome.failure);

  later(work, () => {
    const transaction = newSpan(
      "transaction",
      "client",
      parent.id,
      { "db.system.name": "postgresql", "db.operation.batch.size": texts.length },
      begunAt,
    );
    if (failure) {
      transaction.failure = failure;
      transaction.attributes["db.response.status_code"] = failure;
    }
    end(work, transaction, endedAt);

    const ran = failure ? returned.length + 1 : texts.length;
    for (const [index, text] of texts.slice(0, ran).entries()) {
      if (text === RESET) continue;
      const span = newSpan(
        summaryOf(text),
        "client",
        transaction.id,
        { "db.system.name": "postgresql", "db.query.text": text },
        begunAt,
      );
      const rows = returned[index];
      if (rows !== undefined) span.attributes["db.response.returned_rows"] = rows;
      else if (failure) span.failure = failure;
      end(work, span, endedAt);
    }
  });
}

/**
 * A statement that travels by itself, begun now. Call what is returned when its answer is there, from
 * wherever that may be. Undefined where no span is recorded.
 */
export function beginStatement(
  text: string,
): ((answer: { rows: number; error?: unknown }) => void) | undefined {
  const frame = currentFrame();
  if (!frame || !installed().export) return undefined;
  const span = newSpan(summaryOf(text), "client", frame.span.id, {
    "db.system.name": "postgresql",
    "db.query.text": text,
  });
  return ({ rows, error }) => {
    if (error) span.failure = failureOf(error);
    else span.attributes["db.response.returned_rows"] = rows;
    end(frame.work, span);
  };
}

const summaries = new Map<string, string>();
const MOST_SUMMARIES = 500;

const FUNCTION = /\b(app\.\w+)\s*\(/;
const WRITTEN = /\b(insert into|update|delete from)\s+"?(\w+)"?\."?(\w+)"?/i;
const READ = /\b(from)\s+"?(\w+)"?\."?(\w+)"?(?![\w"]|\s*\()/i;

/** What a statement is about, in few words and few values: `insert app.projects`, `app.open_session`. */
export function summaryOf(text: string): string {
  const found = summaries.get(text);
  if (found) return found;
  const summary = summarize(text);
  if (summaries.size < MOST_SUMMARIES) summaries.set(text, summary);
  return summary;
}

function summarize(text: string): string {
  const [, what = "", schema, table] = WRITTEN.exec(text) ?? READ.exec(text) ?? [];
  if (table) return `${VERBS[what.toLowerCase()]} ${schema}.${table}`;
  const [, name] = FUNCTION.exec(text) ?? [];
  const [opening = ""] = /\w+(?:\s+\w+)?/.exec(text) ?? [];
  return name ?? opening.slice(0, 40).toLowerCase();
}

const VERBS: Record<string, string> = {
  "insert into": "insert",
  update: "update",
  "delete from": "delete",
  from: "select",
};
