import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Home } from "../home/home.ts";
import { readJson, writeJson } from "../home/json-file.ts";
import { StartError } from "../shared/start-error.ts";
import { inputsDigest } from "./inputs.ts";

/** The stage that the local cloud runs. */
const STAGE = "dev";

export type Synth = {
  root: string;
  home: Home;
  log(line: string): void;
  signal: AbortSignal;
};

/** Used in turn: the running assembly stays in one while the other is written. */
const FOLDERS = ["cdk.out", "cdk.out.2"] as const;

type LastSynth = { digest?: string; folder?: (typeof FOLDERS)[number] };

/**
 * Synthesizes the cloud assembly in a separate process, unless the last one has the same inputs, and
 * returns its folder. The previous assembly is kept until the next synth.
 *
 * @throws StartError with the CDK app's output, when it fails.
 */
export async function synthesize({ root, home, log, signal }: Synth): Promise<string> {
  const file = home.at("synth.json");
  const digest = inputsDigest(root);
  const last = readJson<LastSynth>(file, {});
  const existing = home.at(last.folder ?? FOLDERS[0]);
  if (last.digest === digest && existsSync(path.join(existing, "manifest.json"))) return existing;

  log("synthesizing the CDK app");
  const started = Date.now();
  const name = last.folder === FOLDERS[0] ? FOLDERS[1] : FOLDERS[0];
  const folder = home.at(name);
  rmSync(folder, { recursive: true, force: true });
  await run(root, folder, signal);
  writeJson(file, { digest, folder: name } satisfies LastSynth);
  log(`synthesized in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return folder;
}

async function run(root: string, folder: string, signal: AbortSignal): Promise<void> {
  const context = { ...JSON.parse(readFileSync(path.join(root, "cdk.json"), "utf8")).context };
  const child = spawn(process.execPath, [path.join("infra", "app.ts")], {
    cwd: root,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      // Nothing else of the developer's shell: a profile would change the templates.
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      CDK_OUTDIR: folder,
      // CloudFormation's validator takes twice as long as all the rest: docs/decisions/0010.
      CDK_VALIDATION: "false",
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage: STAGE }),
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const [code] = await once(child, "close");
  if (code !== 0) throw new StartError(failureMessage(output));
}

function failureMessage(output: string): string {
  const [, readOnly] = /^Error: ((?:EROFS|EACCES|EPERM): .*)$/m.exec(output) ?? [];
  if (!readOnly) return `The CDK app does not synthesize:\n${output.trim()}`;
  return `The CDK app can't write (${readOnly}): bundles are written to the folder dist of the checkout. Make it writable, or start from a writable copy.`;
}
