import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { createAuth, openPool } from "@bulkhead/auth";
import { createQueue } from "@bulkhead/aws/queue";
import { connect } from "@bulkhead/db";
import { migrate, pgMigrator, readMigrations } from "@bulkhead/db/migrate";
import { logger, observeDatabase, outsideWork } from "@bulkhead/telemetry";
import type { CloudFormationCustomResourceEvent, SQSEvent, SQSRecord } from "aws-lambda";
import { onTestFinished } from "vitest";
import { createApp as createApi } from "../../functions/api/app.ts";
import { createApp as createIdentity } from "../../functions/auth/app.ts";
import { createDeadLetters } from "../../functions/dead-letters/dead-letters.ts";
import { notifier } from "../../functions/dead-letters/notifier.ts";
import { observed } from "../../functions/schema/observed.ts";
import { createSchema } from "../../functions/schema/schema.ts";
import { createSweeper } from "../../functions/sweeper/sweeper.ts";
import { tasks } from "../../functions/worker/tasks.ts";
import { createWorker } from "../../functions/worker/worker.ts";
import { context, fakeObjects } from "../jobs/outside.ts";
import { read } from "../routes/support.ts";
import { freshDatabase, type Role } from "../support/database.ts";

const PUBLIC_URL = "http://app.example.test";

type Entry = {
  MessageBody: string;
  MessageAttributes?: { traceparent?: { StringValue?: string } };
};

/** Every function of the product over one database, wired as their `index.ts` wires them. */
export async function scene(secrets: { origin: string; auth: string }) {
  const database = await freshDatabase();
  const as = (role: Role) => {
    const home = connect(
      { connectionString: database.url(role), max: 5 },
      (error) => outsideWork(() => logger.debug("an idle connection was closed", { error })),
      observeDatabase,
    );
    onTestFinished(() => home.end());
    return { home };
  };
  const pool = openPool({ connectionString: database.url("auth") });
  onTestFinished(() => pool.end());

  const messages: SQSRecord[] = [];
  const client = {
    async send({ input }: { input: { Entries?: Entry[] } }) {
      for (const entry of input.Entries ?? []) messages.push(recordOf(entry));
      return {};
    },
  } as unknown as SQSClient;
  const queue = createQueue(
    { jobs: "http://q/jobs", sweeps: "http://q/sweeps" },
    async () => client,
  );

  const letters: string[] = [];
  const auth = createAuth({
    pool,
    secret: secrets.auth,
    publicUrl: PUBLIC_URL,
    mail: {
      async send(_to, _subject, text) {
        letters.push(text);
      },
    },
  });
  const objects = fakeObjects();
  const originSecret = async () => secrets.origin;
  const url = "https://bucket.example.test/exports/x?X-Amz-Signature=abc";
  const link = async () => ({ url, expiresAt: new Date() });

  return {
    database,
    objects,
    letters,
    identity: createIdentity({ auth: async () => auth, originSecret, minimumMilliseconds: 0 }),
    api: createApi({
      databases: as("api"),
      queue,
      objects: { link },
      originSecret,
      publicUrl: PUBLIC_URL,
    }),
    worker: createWorker({ databases: as("worker"), objects, tasks, queue, hide: async () => {} }),
    deadLetters: createDeadLetters({ databases: as("dead_letters"), queue, notifier }),
    sweeper: createSweeper({ databases: as("sweeper"), queue }),
    schema: createSchema({
      migrate: async () =>
        migrate(observed(pgMigrator(database.url("master"))), await readMigrations("migrations")),
    }),
    /** What was sent since the last time, as Lambda hands it to a consumer. */
    take: (): SQSEvent => ({ Records: messages.splice(0) }),
  };
}

const recordOf = ({ MessageBody, MessageAttributes }: Entry): SQSRecord => {
  const stringValue = MessageAttributes?.traceparent?.StringValue;
  return {
    messageId: randomUUID(),
    receiptHandle: randomUUID(),
    body: MessageBody,
    attributes: { ApproximateReceiveCount: "1" },
    messageAttributes: stringValue && { traceparent: { dataType: "String", stringValue } },
  } as unknown as SQSRecord;
};

/** What must be seen nowhere. Each is made up anew, so that nothing else can look like it. */
export function canaries() {
  const random = (name: string) => `${name}${randomBytes(9).toString("hex")}`;
  return {
    password: random("Pw"),
    wrongPassword: random("Wrong"),
    address: `${random("ada")}@${random("mail")}.example.test`,
    person: random("Ada"),
    project: random("Ark"),
    description: random("Secretplans"),
    authorization: `bh_${randomBytes(32).toString("base64url")}`,
    origin: random("origin"),
    auth: `${random("auth")}${random("auth")}`,
    body: random("garbage"),
  };
}

type JobScene = Awaited<ReturnType<typeof scene>>;

/** Tells the whole story, failures included. Returns the secrets that came up on the way. */
export async function tell(product: JobScene, secret: ReturnType<typeof canaries>) {
  const jar = new Map<string, string>();
  const ask = async (
    app: JobScene["api"] | JobScene["identity"],
    path: string,
    init: RequestInit = {},
  ) => {
    const headers = new Headers({
      "x-origin-secret": secret.origin,
      origin: PUBLIC_URL,
      "sec-fetch-site": "same-origin",
      "x-viewer-ip": "10.1.2.3",
      "idempotency-key": randomUUID(),
      ...(init.body && { "content-type": "application/json" }),
    });
    if (jar.size)
      headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    const answer = await app.request(path, { ...init, headers });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    return answer;
  };
  const identity = (path: string, body?: object) =>
    ask(
      product.identity,
      `/api/auth${path}`,
      body && { method: "POST", body: JSON.stringify(body) },
    );
  const api = (method: string, path: string, body?: object | null, headers = {}) =>
    ask(product.api, path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const tokenIn = () => product.letters.at(-1)?.match(/token=([\w.-]+)/)?.[1] ?? "";

  // Identity, and what goes wrong there.
  const account = { email: secret.address, password: secret.password, name: secret.person };
  await identity("/sign-up/email", account);
  const verification = tokenIn();
  await identity(`/verify-email?token=${verification}`);
  await identity("/sign-up/email", account);
  await identity("/sign-in/email", { ...account, password: secret.wrongPassword });
  await identity("/sign-in/email", account);
  const session = [...jar].find(([name]) => name.endsWith("session_token"))?.[1] ?? "";
  await identity("/get-session");
  await identity("/request-password-reset", { email: secret.address, redirectTo: "/reset" });
  const reset = tokenIn();
  await identity(`/reset-password/${reset}?callbackURL=%2Freset`);
  await ask(product.identity, "/api/auth/sign-in/email", { method: "POST", body: secret.body });

  // Projects, keys, and every way to be refused.
  const made = await api("POST", "/v1/projects", {
    name: secret.project,
    description: secret.description,
  });
  const { id } = await read(made);
  await api("PATCH", `/v1/projects/${id}`, { description: `${secret.description} again` });
  await api("GET", "/v1/projects");
  await api("GET", `/v1/projects/${randomUUID()}`);
  await api("POST", "/v1/projects", { name: secret.project, nonsense: secret.body });
  await api("POST", "/v1/projects", { name: `${secret.project}\0` });
  await api("GET", "/v1/projects", null, {
    authorization: `Bearer ${secret.authorization}`,
    cookie: "",
  });
  await api("GET", "/v1/projects", null, { "x-origin-secret": `${secret.origin}x` });
  await ask(product.api, "/v1/projects", { method: "POST", body: secret.body });
  await api("GET", `/v1/nothing/${secret.body}`);
  const created = await api("POST", "/v1/api-keys", { name: "program", scopes: ["project:read"] });
  const { secret: key } = await read(created);
  await api("GET", "/v1/projects", null, { authorization: `Bearer ${key}`, cookie: "" });

  // Two exports: one that ends well, and one whose worker may not read.
  const traceId = randomBytes(16).toString("hex");
  const clicked = {
    traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01`,
    "x-click": `export project;t=${Date.now()}`,
  };
  await api("POST", `/v1/projects/${id}/exports`, null, clicked);
  await product.worker(product.take(), context());
  await api("POST", `/v1/projects/${id}/exports`);
  await product.database.sql("revoke select on app.projects from bulkhead_worker");
  const failing = product.take();
  await product.worker(failing, context());
  await product.database.sql("update app.jobs set lease_until = null");
  await product.deadLetters(failing, context());
  const unreadable = { Records: [recordOf({ MessageBody: secret.body })] };
  await product.worker(unreadable, context());
  await product.deadLetters(unreadable, context());
  await product.sweeper(unreadable, context());

  // The database refuses, and then resting connections are closed.
  await product.database.sql("revoke select, insert on app.projects from bulkhead_api");
  await api("GET", "/v1/projects");
  await api("POST", "/v1/projects", { name: secret.project });
  await product.database.sql(
    "select pg_terminate_backend(pid) from pg_stat_activity where usename like 'bulkhead_%' and datname = current_database()",
  );
  await new Promise((resolve) => setTimeout(resolve, 200));

  await deploy(product);
  return {
    traceId,
    found: {
      session: session.split(".")[0] ?? "",
      key: String(key),
      verification,
      reset,
    },
  };
}

/** CloudFormation asks for the schema, and takes its answer. */
async function deploy({ schema }: JobScene) {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const event = { RequestType: "Create", ResponseURL: `http://127.0.0.1:${port}/` };
  await schema(event as CloudFormationCustomResourceEvent, { awsRequestId: randomUUID() });
  server.closeAllConnections();
  server.close();
}
