import type { CredentialStore } from "../home/credentials.ts";
import type { Home } from "../home/home.ts";
import { writeJson } from "../home/json-file.ts";
import type { DeclaredDatabase } from "../resources/cloud.ts";
import type { Endpoints } from "../services/index.ts";

export type EndpointsFile = {
  home: Home;
  front: { url: string };
  services: { endpoints: Endpoints };
  credentials: CredentialStore;
  databases: DatabaseWithRoles[];
  /** By label: the environment variables of a function. */
  functions: (readonly [string, Record<string, string>])[];
};

/** A database and the roles that log in to it. */
type DatabaseWithRoles = DeclaredDatabase & { roles: string[] };

/**
 * Writes `endpoints.json` for people and scripts: every address, with passwords, so only its owner may
 * read it. The role `bulkhead_api` of the database `bulkhead` is `postgresApi`; the roles of a further
 * cluster are under `dedicated`, by its tag `placement`. `functions` has each function's environment, with
 * which a script can do what the function may do. Of two functions with one label the last is listed.
 */
export function writeEndpoints(options: EndpointsFile): void {
  const { home, front, services, credentials } = options;
  const [first, ...others] = options.databases;
  writeJson(home.at("endpoints.json"), {
    api: front.url,
    console: front.url,
    ...(first && urlsOf(first, credentials)),
    ...(others.length > 0 && {
      dedicated: Object.fromEntries(
        others.map((other) => [other.placement, urlsOf(other, credentials)]),
      ),
    }),
    ...services.endpoints,
    functions: Object.fromEntries(options.functions),
  });
}

function urlsOf(
  { server, database, masterUrl, roles }: DatabaseWithRoles,
  credentials: CredentialStore,
) {
  const urlOf = (role: string) =>
    `postgres://${role}:${credentials.passwordOf(role)}@${server.host}:${server.port}/${database}`;
  return {
    postgres: masterUrl,
    ...Object.fromEntries(roles.map((role) => [keyOf(role, database), urlOf(role)])),
  };
}

const keyOf = (role: string, database: string) =>
  `postgres_${role.replace(`${database}_`, "")}`.replace(/_(\w)/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
