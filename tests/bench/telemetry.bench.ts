import { randomBytes, randomUUID } from "node:crypto";
import { createObjects } from "@bulkhead/aws/objects";
import { connect } from "@bulkhead/db";
import { observeDatabase, startTelemetry } from "@bulkhead/telemetry";
import { createApp } from "../../functions/api/app.ts";
import { install, installed, type Settings } from "../../packages/telemetry/src/settings.ts";
import { sha256 } from "../support/database.ts";
import { atLeast, type Figure, ratioOf } from "./figure.ts";
import { benchServer } from "./server.ts";
import { startSink } from "./sink.ts";
import { startCost } from "./start-cost.ts";

const ORIGIN_SECRET = "bench";
const START_MILLISECONDS = 15;

// What a slice leaves to be sent is sent before it ends: by itself it would be while the other variant is measured.
// So a slice is as long as it takes until that would have been sent: a batch of spans, or the exporter's period.
const BATCH_MILLISECONDS = 100;
const PERIOD_MILLISECONDS = 250;

/**
 * What the stages keep: everything in `dev`, one trace in ten in `prod`, and what that may cost (docs/decisions/0019).
 * A function's process has one caller at a time. With ten, both processors are busy all the time, with the
 * collector and PostgreSQL among them, so that each microsecond counts in full.
 *
 * Rounds: neighbouring slices of one variant differ by 10 % on two shared processors, however long they
 * are. With so many, the median is known to half a percent with everything kept, and to one otherwise.
 */
const COMPARISONS = [
  {
    kept: "all traces kept",
    sampling: 1,
    lanes: 1,
    goal: 0.9,
    sliceMs: BATCH_MILLISECONDS,
    rounds: 1001,
  },
  {
    kept: "one trace in ten kept",
    sampling: 0.1,
    lanes: 1,
    goal: 0.97,
    sliceMs: PERIOD_MILLISECONDS,
    rounds: 161,
  },
  {
    kept: "one trace in ten kept",
    sampling: 0.1,
    lanes: 10,
    goal: 0.97,
    sliceMs: PERIOD_MILLISECONDS,
    rounds: 161,
  },
  {
    kept: "all traces kept",
    sampling: 1,
    lanes: 10,
    goal: 0.9,
    sliceMs: BATCH_MILLISECONDS,
    rounds: 201,
  },
];
const WARM_UP_MILLISECONDS = 2_000;

/** What telemetry costs the requests of a function, and its start. */
export async function* bench(): AsyncIterable<Figure> {
  yield* rates();
  const { wall, processor } = await startCost();
  for (const [what, cost] of Object.entries({
    "of the clock": wall,
    "of a processor": processor,
  })) {
    yield {
      figure: `start of the API's function, ms more ${what}`,
      ratio: cost,
      goal: START_MILLISECONDS,
      holds: cost <= START_MILLISECONDS,
    };
  }
}

async function* rates(): AsyncIterable<Figure> {
  const server = await benchServer();
  const sink = await startSink();
  try {
    const ask = await asking(server);
    const off = telemetryOf(1);
    for (const { kept, sampling, lanes, goal, ...slices } of COMPARISONS) {
      const on = telemetryOf(sampling, sink.endpoint);
      const ratio = await ratioOf(
        Object.assign(() => ask(on.settings), { rest: on.flush }),
        () => ask(off.settings),
        { lanes, warmUpMs: WARM_UP_MILLISECONDS, ...slices },
      );
      yield atLeast(`requests a second, ${kept}, OTLP / off, ${lanes} lanes`, goal, ratio);
    }
  } finally {
    sink.stop();
    await server.stop();
  }
}

/** What a process does with its spans under these variables, and how what waits is sent. */
function telemetryOf(sampling: number, endpoint?: string) {
  const telemetry = startTelemetry(
    {
      POWERTOOLS_SERVICE_NAME: "api",
      POWERTOOLS_TRACE_ENABLED: false,
      OTEL_TRACES_SAMPLER_ARG: sampling,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    },
    async () => "",
  );
  const settings = installed();
  telemetry.stop();
  return { settings, flush: telemetry.flush };
}

/** Reads one project, as a person in a browser would, with telemetry set in this way. */
async function asking({ apiUrl, superuser }: Awaited<ReturnType<typeof benchServer>>) {
  const token = randomBytes(24).toString("base64url");
  const { rows: users } = await superuser.query(
    "insert into auth.users (name, email) values ('bench', 'bench@example.test') returning id",
  );
  await superuser.query(
    `insert into auth.sessions (user_id, token, active_tenant_id, expires_at)
     select $1, $2, tenant_id, now() + interval '1 day' from auth.members where user_id = $1`,
    [users[0].id, sha256(sha256(token)).toString("hex")],
  );
  const app = createApp({
    databases: {
      home: connect({ connectionString: apiUrl(), max: 10 }, () => {}, observeDatabase),
    },
    queue: { send: async () => {}, armSweep: async () => {} },
    objects: createObjects("exports"),
    originSecret: async () => ORIGIN_SECRET,
    publicUrl: "http://app.example.test",
  });
  const headers = {
    cookie: `bulkhead.session_token=${token}.c2ln`,
    "x-origin-secret": ORIGIN_SECRET,
    origin: "http://app.example.test",
  };
  const made = await app.request("/v1/projects", {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ name: "bench" }),
  });
  const { id } = (await made.json()) as { id: string };

  return async (settings: Settings) => {
    install(settings);
    const answer = await app.request(`/v1/projects/${id}`, { headers });
    if (answer.status !== 200) throw new Error(`The API answered ${answer.status}.`);
    await answer.text();
  };
}
