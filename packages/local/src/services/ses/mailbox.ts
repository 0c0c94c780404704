import { randomUUID } from "node:crypto";
import type { State } from "../state/index.ts";
import type { StoredMail } from "./types.ts";

export type Mailbox = ReturnType<typeof openMailbox>;

export function openMailbox({ db }: State, now: () => number) {
  const insert = db.prepare("insert into mails (id, sent_at, mail) values (?, ?, ?)");
  const all = db.prepare('select id, sent_at as "sentAt", mail from mails order by seq');
  return {
    /** Stores a mail durably and returns its id. */
    add(mail: Omit<StoredMail, "id" | "at">): string {
      const id = randomUUID();
      insert.run(id, now(), JSON.stringify(mail));
      return id;
    },
    list: (): StoredMail[] =>
      all.all().map(({ id, sentAt, mail }) => ({
        id: String(id),
        at: new Date(Number(sentAt)).toISOString(),
        ...JSON.parse(String(mail)),
      })),
  };
}
