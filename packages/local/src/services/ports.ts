import type { State } from "./state/index.ts";

/** The ports of earlier runs, so that queue URLs stay what they were while nobody else takes them. */
export function openPorts({ db }: State) {
  const find = db.prepare("select port from ports where service = ?");
  const keep = db.prepare("insert or replace into ports values (?, ?)");
  return {
    of: (service: string) => find.get(service)?.port as number | undefined,
    keep: (service: string, endpoint: string) => keep.run(service, Number(new URL(endpoint).port)),
  };
}
