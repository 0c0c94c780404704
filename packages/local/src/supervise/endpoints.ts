import type { CredentialStore } from "../home/credentials.ts";
import type { Home } from "../home/home.ts";
import { writeJson } from "../home/json-file.ts";
import type { PostgresServer } from "../postgres/index.ts";
import type { Endpoints } from "../services/index.ts";

export type EndpointsFile = {
  home: Home;
  front: { url: string };
  services: { endpoints: Endpoints };
  postgres: PostgresServer;
  credentials: CredentialStore;
  database: { database: string; masterUrl: string } | undefined;
  roles: string[];
};

/**
 * Writes `endpoints.json` for people and scripts: where everything listens, with passwords, so for the
 * owner's eyes only. A role `bulkhead_api` of the database `bulkhead` is found as `postgresApi`.
 */
export function writeEndpoints(options: EndpointsFile): void {
  const { home, front, services, database, roles } = options;
  writeJson(home.at("endpoints.json"), {
    api: front.url,
    console: front.url,
    ...(database && {
      postgres: database.masterUrl,
      ...Object.fromEntries(roles.map((role) => [keyOf(role, database.database), urlOf(role)])),
    }),
    ...services.endpoints,
  });

  function urlOf(role: string): string {
    const { postgres, credentials } = options;
    const password = credentials.passwordOf(role);
    return `postgres://${role}:${password}@${postgres.host}:${postgres.port}/${database?.database}`;
  }
}

const keyOf = (role: string, database: string) =>
  `postgres_${role.replace(`${database}_`, "")}`.replace(/_(\w)/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
