import { Client } from "pg";
import { ServiceFault } from "../protocol/fault.ts";
import { isDatabaseLogin } from "./credentials.ts";
import { badRequest, faultOf } from "./faults.ts";
import type { Cluster } from "./types.ts";

export type DataApiTarget = { cluster: Cluster; database: string; secretArn: string };

/** Finds the database that a call names, and connects to it. */
export type DatabaseConnector = {
  /** Throws when the cluster is unknown. */
  target(resourceArn: string, secretArn: string, database: string | undefined): DataApiTarget;
  /** A new connection, without session state of earlier calls. */
  connect(target: DataApiTarget): Promise<Client>;
};

export function createDatabases(
  clusters: ReadonlyMap<string, Cluster>,
  secretOfArn: (secretArn: string) => string | undefined,
): DatabaseConnector {
  return {
    target(resourceArn, secretArn, database) {
      const cluster = clusters.get(resourceArn);
      if (!cluster) {
        const message = `HttpEndpoint is not enabled for resource ${resourceArn}`;
        throw new ServiceFault("HttpEndpointNotEnabledException", 400, message);
      }
      return { cluster, secretArn, database: database ?? cluster.database };
    },
    async connect({ cluster, database, secretArn }) {
      const { username, password } = credentialsOf(secretArn, secretOfArn(secretArn));
      const { host, port } = cluster;
      const client = new Client({
        host,
        port,
        database,
        user: username,
        password,
        application_name: "rds-data-api",
        // Aurora's time zone: the local server's must not change a result.
        options: "-c timezone=UTC",
        connectionTimeoutMillis: 10_000,
      });
      // A connection may break between two statements; the next statement then fails.
      client.on("error", () => {});
      await client.connect().catch((error) => {
        throw faultOf(error);
      });
      return client;
    },
  };
}

function credentialsOf(secretArn: string, value: string | undefined) {
  if (value === undefined) {
    throw badRequest(`Error fetching secret ${secretArn} : Secrets Manager can't find it.`);
  }
  try {
    const credentials: unknown = JSON.parse(value);
    if (isDatabaseLogin(credentials)) return credentials;
  } catch {
    // Invalid JSON gets the same error as JSON without credentials, below.
  }
  const message = `The secret ${secretArn} is not a JSON object with username and password.`;
  throw new ServiceFault("InvalidSecretException", 400, message);
}
