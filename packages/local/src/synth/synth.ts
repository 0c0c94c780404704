import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Home } from "../home/home.ts";
import { readJson, writeJson } from "../home/json-file.ts";
import { StartError } from "../shared/start-error.ts";
import { inputsDigest } from "./inputs.ts";

/** The stage that a laptop runs. */
const STAGE = "dev";

export type Synth = {
  root: string;
  home: Home;
  say(line: string): void;
  signal: AbortSignal;
};

/** Two, in turn: what runs lives in one of them while the other is made. */
const FOLDERS = ["cdk.out", "cdk.out.2"] as const;

type Memory = { digest?: string; folder?: (typeof FOLDERS)[number] };

/**
 * Makes the cloud assembly in a process of its own, unless the last one was made from the same
 * inputs. Answers its folder. The last one stays as it is until there is a second newer one.
 *
 * @throws StartError that holds the CDK app's output, when it fails.
 */
export async function synthesize({ root, home, say, signal }: Synth): Promise<string> {
  const memory = home.at("synth.json");
  const digest = inputsDigest(root);
  const last = readJson<Memory>(memory, {});
  const existing = home.at(last.folder ?? FOLDERS[0]);
  if (last.digest === digest && existsSync(path.join(existing, "manifest.json"))) return existing;

  say("synthesizing the CDK app");
  const started = Date.now();
  const name = last.folder === FOLDERS[0] ? FOLDERS[1] : FOLDERS[0];
  const folder = home.at(name);
  rmSync(folder, { recursive: true, force: true });
  await run(root, folder, signal);
  writeJson(memory, { digest, folder: name } satisfies Memory);
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
  if (code !== 0) throw new StartError(complaint(output));
}

function complaint(output: string): string {
  const [, readOnly] = /^Error: ((?:EROFS|EACCES|EPERM): .*)$/m.exec(output) ?? [];
  if (!readOnly) return `The CDK app does not synthesize:\n${output.trim()}`;
  return `The CDK app can't write (${readOnly}): bundles are made in the folder dist of the checkout. Make it writable, or start from a copy that is.`;
}
