import { createObjects } from "@bulkhead/aws/objects";
import type { Databases } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import { createApp } from "../../../functions/api/app.ts";
import type { Deps } from "../../../functions/api/env.ts";
import type { Route } from "../../../functions/api/route.ts";
import { routes } from "../../../functions/api/routes/index.ts";
import { ORIGIN_SECRET, PUBLIC_URL } from "../../routes/support.ts";
import {
  freshDatabase,
  type Person,
  type Role,
  type TestDatabase,
} from "../../support/database.ts";

/** Where the rows of tenants lie. The matrix runs over any layout. */
export type Layout = {
  /** Holds identity, and every tenant that has not been given another place. */
  home: Pick<TestDatabase, "sql" | "newPerson" | "newSession">;
  /** Every database with rows of tenants: all of them are compared. */
  all: readonly Pick<TestDatabase, "sql">[];
  /** As a function of that role reaches them. */
  databases(role: Role): Databases;
  /** Gives a new tenant its place, before anything of it is stored. */
  placeTenant(tenant: Person, who: Who): Promise<unknown>;
};

/** Who plays a part: whose things are attacked, by whom, and where it is tried whether an attack could succeed. */
export type Who = "victim" | "attacker" | "control" | "suspended" | "removed";

/** Every tenant in one database. */
export async function pooled(): Promise<Layout> {
  const home = await freshDatabase();
  return {
    home,
    all: [home],
    databases: (role) => ({ home: home.as(role) }),
    placeTenant: async () => {},
  };
}

// Refusals are provoked by the hundred here.
logger.setLogLevel("SILENT");

export type Ask = (path: string, init: RequestInit) => Promise<Response>;

export type TestApi = { layout: Layout; routes: readonly Route[]; ask: Ask };

/** What stands outside of the API: a queue that takes everything, and a bucket that exists nowhere. */
const OUTSIDE: Pick<Deps, "queue" | "objects"> = {
  queue: { send: async () => {}, armSweep: async () => {} },
  objects: createObjects("exports", noBucket),
};

/**
 * The API over a layout, as a request that has passed the front door reaches it. `over` stands in front
 * of it or in its place: how a test makes it careless.
 */
export function testApiOver(
  layout: Layout,
  { table = routes, over = (ask: Ask): Ask => ask, outside = OUTSIDE } = {},
): TestApi {
  const app = createApp(
    {
      databases: layout.databases("api"),
      ...outside,
      originSecret: async () => ORIGIN_SECRET,
      publicUrl: PUBLIC_URL,
    },
    table,
  );
  return { layout, routes: table, ask: over(async (path, init) => app.request(path, init)) };
}

/** Signs links with credentials that no bucket accepts. */
async function noBucket() {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const credentials = { accessKeyId: "none", secretAccessKey: "nothing" };
  return new S3Client({ region: "eu-central-1", credentials });
}
