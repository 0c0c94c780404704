import type { State } from "./state/index.ts";

/** The ports of earlier runs, which are used again if they are free, so that queue URLs stay the same. */
export function openPorts({ db }: State) {
  const find = db.prepare("select port from ports where service = ?");
  const store = db.prepare("insert or replace into ports values (?, ?)");
  return {
    of: (service: string) => find.get(service)?.port as number | undefined,
    store: (service: string, endpoint: string) =>
      store.run(service, Number(new URL(endpoint).port)),
  };
}
