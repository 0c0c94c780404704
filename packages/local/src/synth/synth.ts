import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Home } from "../home/home.ts";
import { readJson, writeJson } from "../home/json-file.ts";
import { StartError } from "../start-error.ts";
import { inputsDigest } from "./inputs.ts";

/** The stage that a laptop runs. */
const STAGE = "dev";

export type Synth = {
  root: string;
  home: Home;
  say(line: string): void;
  signal: AbortSignal;
};

/**
 * Makes the cloud assembly in a process of its own, unless the last one was made from the same
 * inputs. Answers its folder.
 *
 * @throws StartError that holds the CDK app's output, when it fails.
 */
export async function synthesize({ root, home, say, signal }: Synth): Promise<string> {
  const folder = home.at("cdk.out");
  const memory = home.at("synth.json");
  const digest = inputsDigest(root);
  const last = readJson<{ digest?: string }>(memory, {});
  if (last.digest === digest && existsSync(path.join(folder, "manifest.json"))) return folder;

  say("synthesizing the CDK app");
  const started = Date.now();
  rmSync(memory, { force: true }); // half an assembly is nobody's
  rmSync(folder, { recursive: true, force: true });
  await run(root, folder, signal);
  writeJson(memory, { digest });
  say(`synthesized in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return folder;
}

async function run(root: string, folder: string, signal: AbortSignal): Promise<void> {
  const context = { ...JSON.parse(readFileSync(path.join(root, "cdk.json"), "utf8")).context };
  const child = spawn(process.execPath, [path.join("infra", "app.ts")], {
    cwd: root,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      // Nothing else of the person's shell: a profile would make the templates theirs.
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      CDK_OUTDIR: folder,
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
  if (code !== 0) throw new StartError(`The CDK app does not synthesize:\n${output.trim()}`);
}
