import { existsSync } from "node:fs";
import type { PostgresServer } from "../postgres/index.ts";
import type { Closers } from "./closers.ts";
import { type KeepOptions, keepPostgres, POSTGRES_FOLDER } from "./postgres.ts";

/** The PostgreSQL servers of a home, one for each cluster of the templates. */
export type PostgresServers = {
  /** Starts before the templates are read, to save time: every app has a cluster. */
  first: PostgresServer;
  /** Ports of all of them. */
  ports: ReadonlySet<number>;
  /**
   * Starts the server of a further cluster, or returns the running one. `isNew` when its folder did not
   * exist: it is empty.
   */
  startFurther(name: string): Promise<{ server: PostgresServer; isNew: boolean }>;
};

export function createServers(
  first: PostgresServer,
  options: Omit<KeepOptions, "folder">,
  closers: Closers,
): PostgresServers {
  const ports = new Set([first.port]);
  const others = new Map<string, PostgresServer>();
  return {
    first,
    ports,
    async startFurther(name) {
      const running = others.get(name);
      if (running) return { server: running, isNew: false };
      const folder = `${POSTGRES_FOLDER}-${name}`;
      const isNew = !existsSync(options.home.at(folder));
      const server = await keepPostgres({ ...options, folder });
      closers.add(server.stop);
      ports.add(server.port);
      others.set(name, server);
      return { server, isNew };
    },
  };
}
