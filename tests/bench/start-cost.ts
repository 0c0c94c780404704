import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { optionsOf } from "../../infra/build/bundle.ts";

// A start takes 235 ms, give or take 25: the median of so many differences is known to 3.
const SPAWNS = 81;

// What a function's template would set.
const ENVIRONMENT = {
  DATABASE_URL: "postgres://bulkhead_api:x@127.0.0.1:1/bulkhead?sslmode=disable",
  DEDICATED_DATABASES: "{}",
  PUBLIC_URL: "http://app.example.test",
  ORIGIN_SECRET_ARN: "arn:aws:secretsmanager:eu-central-1:000000000000:secret:origin-abcdef",
  JOBS_QUEUE_URL: "http://127.0.0.1:1/jobs",
  SWEEPS_QUEUE_URL: "http://127.0.0.1:1/sweeps",
  EXPORTS_BUCKET: "exports",
  NODE_OPTIONS: "--enable-source-maps",
  POWERTOOLS_SERVICE_NAME: "api",
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
};

type Cost = { wall: number; processor: number };

/**
 * How many milliseconds longer the API's bundle takes to start than the same bundle without telemetry:
 * by the clock and by the processor's time, the median of starts in turn.
 */
export async function startCost(): Promise<Cost> {
  const folder = mkdtempSync(path.join(tmpdir(), "bulkhead-start-"));
  try {
    const [whole, bare] = [build(folder, "whole"), build(folder, "bare", withoutTelemetry)];
    const differences = { wall: [] as number[], processor: [] as number[] };
    for (let spawn = 0; spawn < SPAWNS; spawn++) {
      // Who goes first alternates.
      const turns = spawn % 2 ? [whole, bare] : [bare, whole];
      const costs = new Map(turns.map((bundle) => [bundle, startOnce(bundle)]));
      const [a, b] = [costs.get(whole), costs.get(bare)];
      if (!a || !b) continue;
      differences.wall.push(a.wall - b.wall);
      differences.processor.push(a.processor - b.processor);
    }
    return { wall: median(differences.wall), processor: median(differences.processor) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const withoutTelemetry = {
  "@bulkhead/telemetry": path.join(import.meta.dirname, "no-telemetry.ts"),
};

/** As `infra/build/bundle.ts` does it, and a file that starts it and says what that took. */
function build(folder: string, name: string, alias: Record<string, string> = {}): string {
  const outdir = path.join(folder, name);
  buildSync({ ...optionsOf({ name: "api" }), alias, outdir, write: true });
  const starter = path.join(folder, `start-${name}.mjs`);
  writeFileSync(
    starter,
    `await import("./${name}/index.mjs");
const { user, system } = process.cpuUsage();
process.stdout.write(JSON.stringify({ wall: performance.now(), processor: (user + system) / 1000 }));
process.exit(0);
`,
  );
  return starter;
}

function startOnce(starter: string): Cost {
  const { stdout, stderr } = spawnSync(process.execPath, [starter], { env: ENVIRONMENT });
  if (!stdout.length) throw new Error(`The bundle did not start: ${stderr.toString().slice(-500)}`);
  return JSON.parse(stdout.toString());
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number;
