import { randomUUID } from "node:crypto";
import { createObjects } from "@bulkhead/aws/objects";
import type { Connections, Token } from "@bulkhead/db";
import { createApp } from "../../functions/api/app.ts";
import type { Deps } from "../../functions/api/env.ts";
import { freshDatabase, type Person, type TestDatabase } from "../support/database.ts";

export const PUBLIC_URL = "https://app.example.test";
export const ORIGIN_SECRET = "the-front-door";

/** As `fetch` takes it. */
export type Body = RequestInit["body"];
type Json = Record<string, unknown>;
type Asking = { key?: string; headers?: Record<string, string> };
export type Client = ReturnType<typeof clientOf>;

/**
 * The API's app over a database of this test's own, or over `home` and the databases among the overrides.
 * Outside of it stand a queue that notes what it is sent, and a bucket.
 */
export async function freshApi(overrides: Partial<Deps> = {}, home?: TestDatabase) {
  const database = home ?? (await freshDatabase());
  const sent: Token[] = [];
  const sweeps: number[] = [];
  const queue: Deps["queue"] = {
    async send(tokens) {
      sent.push(...tokens);
    },
    async armSweep(seconds) {
      sweeps.push(seconds);
    },
  };
  const appOver = (home: Connections) =>
    createApp({
      databases: { home },
      queue,
      objects: createObjects("exports", bucketClient),
      originSecret: async () => ORIGIN_SECRET,
      publicUrl: PUBLIC_URL,
      ...overrides,
    });
  const app = appOver(database.as("api"));
  const signedIn = (person: Person, to = app) =>
    Object.assign(
      clientOf(to, { cookie: cookieOf(person.token), "sec-fetch-site": "same-origin" }),
      { person },
    );

  return {
    app,
    database,
    sql: database.sql,
    /** Changes rows as no request could: without a context, and so without the triggers that ask for one. */
    tamper: (text: string) =>
      database.sql(
        `set session_replication_role = replica; ${text}; set session_replication_role = origin`,
      ),
    sent,
    sweeps,
    /** A client with these headers and no others. */
    client: (headers: Record<string, string> = {}) => clientOf(app, headers),
    /** A person in a browser. */
    browser: (person: Person) => signedIn(person),
    /** A new person in a browser, the owner of their personal tenant. */
    person: async (name?: string) => signedIn(await database.newPerson(name)),
    /** The same person, for whom the database is reached over other connections. */
    over: (home: Connections, person: Person) => signedIn(person, appOver(home)),
    /** A new person in a browser, in another person's tenant. */
    async colleague(of: Person, role: "owner" | "admin" | "member") {
      const person = await database.newPerson(role);
      await database.sql(
        "insert into auth.members (tenant_id, user_id, role) values ($1, $2, $3)",
        [of.tenantId, person.userId, role],
      );
      return signedIn(await database.newSession(person, of.tenantId));
    },
    /** A program with an API key that `owner` made for it. */
    async program(owner: Client, scopes: string[], more: Json = {}) {
      const { secret, id } = await owner
        .post("/v1/api-keys", { name: "program", scopes, ...more })
        .then(read);
      return Object.assign(clientOf(app, { authorization: `Bearer ${secret}` }), {
        id: String(id),
        secret: String(secret),
      });
    },
  };
}

/** Signs links with credentials that no bucket accepts: no test here calls S3. */
async function bucketClient() {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({
    region: "eu-central-1",
    credentials: { accessKeyId: "unknown", secretAccessKey: "nothing" },
  });
}

/** The cookie that Better Auth would set: the token, signed and URL-encoded. */
export const cookieOf = (token: string) =>
  `__Secure-bulkhead.session_token=${encodeURIComponent(`${token}.c2lnbmF0dXJl+/=`)}`;

function clientOf(app: ReturnType<typeof createApp>, own: Record<string, string>) {
  const ask = async (method: string, path: string, body?: Body, headers = {}) =>
    app.request(path, {
      method,
      headers: { "x-origin-secret": ORIGIN_SECRET, ...own, ...headers },
      ...(body != null && { body, duplex: "half" }),
    });
  const change =
    (method: string) =>
    (path: string, body?: unknown, { key = randomUUID(), headers = {} }: Asking = {}) =>
      ask(method, path, body === undefined ? null : JSON.stringify(body), {
        "idempotency-key": key,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      });

  return {
    /** The request as it is written, for what a well-behaved client would not send. */
    ask,
    get: (path: string, headers = {}) => ask("GET", path, null, headers),
    post: change("POST"),
    patch: change("PATCH"),
    delete: change("DELETE"),
    newProject: (name: string): Promise<Json> =>
      change("POST")("/v1/projects", { name }).then(read),
  };
}

/** The body of an answer that must be a success. */
export async function read(response: Response): Promise<Json> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return text === "" ? {} : JSON.parse(text);
}

/** What an answer says in a test's terms: its status, and the code of its problem. */
export async function outcome(answer: Response | Promise<Response>) {
  const response = await answer;
  const text = await response.text();
  const code = response.ok ? undefined : (JSON.parse(text) as Json).code;
  return code === undefined ? String(response.status) : `${response.status} ${code}`;
}
