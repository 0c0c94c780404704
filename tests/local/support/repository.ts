import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Template } from "../../../packages/local/src/template/template.ts";
import { bundle, temporaryFolder } from "./handlers.ts";

const RUN = path.resolve(import.meta.dirname, "../../../packages/local/src/run.ts");

/** An app that writes an assembly as the CDK would, and records each synth. */
const APP = `
import { appendFileSync, cpSync, mkdirSync } from "node:fs";
import path from "node:path";
const root = path.resolve(import.meta.dirname, "..");
appendFileSync(path.join(root, "synths"), JSON.stringify(process.env) + "\\n");
cpSync(path.join(root, "infra", "assembly"), process.env.CDK_OUTDIR, { recursive: true });
`;

export type Repository = {
  root: string;
  home: string;
  /** Starts the local cloud in a process (and a process group) of its own. */
  start(environment?: Record<string, string>): Promise<Started>;
  synths(): string[];
};

export type Started = {
  process: ChildProcess;
  /** Resolves with the front door's URL; rejects with the output when the process ends before. */
  url: Promise<string>;
  output(): string;
  /** The exit code, or the signal. */
  ended: Promise<number | string | null>;
};

/** A repository whose CDK app is one stack, App, with these resources and functions. */
export function repository(
  Resources: Template["Resources"],
  code: Record<string, string> = {},
  root = temporaryFolder(),
): Repository {
  chmodSync(root, 0o711); // for PostgreSQL's own user, where the tests run as root
  const assembly = path.join(root, "infra", "assembly");
  mkdirSync(assembly, { recursive: true });
  const write = (file: string, content: unknown) =>
    writeFileSync(
      path.join(root, file),
      typeof content === "string" ? content : JSON.stringify(content),
    );
  write("cdk.json", { context: { flag: true } });
  write("infra/app.ts", APP);
  write(
    "start.mjs",
    `import { run } from ${JSON.stringify(RUN)}; await run(${JSON.stringify(root)});`,
  );
  write("infra/assembly/App.template.json", { Resources });
  write("infra/assembly/manifest.json", {
    artifacts: {
      "App.assets": { type: "cdk:asset-manifest", properties: { file: "App.assets.json" } },
      App: {
        type: "aws:cloudformation:stack",
        environment: "aws://unknown-account/eu-central-1",
        properties: { templateFile: "App.template.json" },
        dependencies: ["App.assets"],
      },
    },
  });
  const files = Object.entries(code).map(([key, source]) => {
    bundle(source, path.join(assembly, key));
    return [key, { source: { path: key }, destinations: { here: { objectKey: key } } }];
  });
  write("infra/assembly/App.assets.json", { files: Object.fromEntries(files) });

  const home = path.join(root, "home");
  return {
    root,
    home,
    start: async (environment = {}) => start(root, { BULKHEAD_HOME: home, ...environment }),
    synths: () => readFileSync(path.join(root, "synths"), "utf8").trim().split("\n"),
  };
}

function start(root: string, environment: Record<string, string>): Started {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [path.join(root, "start.mjs")], {
    detached: true,
    env: { PATH, NODE_COMPILE_CACHE, PORT: "0", AWS_PROFILE: "personal", ...environment },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  onTestFinished(async () => {
    killGroup(child, "SIGKILL");
    await ended;
  });
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const ready = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m.exec(output)?.[1];
      if (ready) resolve(ready);
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
  url.catch(() => {});
  return { process: child, url, output: () => output, ended };
}

export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid ?? 0), signal);
  } catch {
    // The group has ended.
  }
}
