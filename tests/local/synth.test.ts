import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { readAssembly } from "../../packages/local/src/assembly/assembly.ts";
import { openHome } from "../../packages/local/src/home/home.ts";
import { synthesize } from "../../packages/local/src/synth/synth.ts";
import { repository } from "./support/repository.ts";

function setUp() {
  const app = repository({ Jobs: { Type: "AWS::SQS::Queue" } }, { worker: "export const a = 1;" });
  const home = openHome(app.home);
  const { signal } = new AbortController();
  const synth = () => synthesize({ root: app.root, home, signal, log: () => {} });
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(app.root, file)), { recursive: true });
    writeFileSync(path.join(app.root, file), text);
  };
  return { ...app, synth, write };
}

it("runs the app once for the same inputs, and again when any of them changes", async () => {
  const { synth, synths, write } = setUp();
  await synth();
  await synth();
  expect(synths()).toHaveLength(1);

  write("packages/local/src/more.ts", "not an input: it runs what is synthesized");
  write("functions/node_modules/x/index.js", "the lock file stands for it");
  await synth();
  expect(synths()).toHaveLength(1);

  for (const file of ["migrations/0001.sql", "functions/api/index.ts", "package-lock.json"]) {
    write(file, "new");
    await synth();
  }
  expect(synths()).toHaveLength(4);
});

it("passes the context of cdk.json with the stage, and no other variable of the shell", async () => {
  const { synth, synths } = setUp();
  process.env.AWS_PROFILE = "personal";
  await synth();
  delete process.env.AWS_PROFILE;
  const environment = JSON.parse(synths()[0] ?? "{}");
  expect(JSON.parse(environment.CDK_CONTEXT_JSON)).toEqual({ flag: true, stage: "dev" });
  expect(environment).not.toHaveProperty("AWS_PROFILE");
});

it("does not use the output of a failed synth", async () => {
  const { root, synth, synths, write } = setUp();
  const app = readFileSync(path.join(root, "infra/app.ts"), "utf8");
  const folder = await synth();
  write("infra/app.ts", `${app}process.exit(1);`);
  await expect(synth()).rejects.toThrow("does not synthesize");
  write("infra/app.ts", app); // the inputs of the last success
  // It is untouched: the failed synth wrote to the other folder.
  expect(await synth()).toBe(folder);
  expect(synths()).toHaveLength(2);
  write("infra/app.ts", `${app}//`);
  expect(await synth()).not.toBe(folder);
  expect(synths()).toHaveLength(3);
});

it("reports a read-only checkout in one sentence", async () => {
  const { synth, write } = setUp();
  const why = "EROFS: read-only file system, mkdir '/checkout/dist'";
  write(
    "infra/app.ts",
    `throw Object.assign(new Error(${JSON.stringify(why)}), { code: "EROFS" });`,
  );
  const refusal = await synth().catch((error: Error) => error.message);
  expect(refusal).toContain(`The CDK app can't write (${why})`);
  expect(refusal).not.toContain("\n");
});

it("keeps the last assembly while the next one is made, even if that fails", async () => {
  const { synth, write } = setUp();
  const before = await synth();
  write("infra/app.ts", "process.exit(1);");
  await expect(synth()).rejects.toThrow("does not synthesize");
  expect(readAssembly(before)).toHaveLength(1);
});

it("reads the stacks of an assembly with regions and asset folders", async () => {
  const { synth } = setUp();
  const folder = await synth();
  expect(readAssembly(folder)).toEqual([
    {
      name: "App",
      region: "eu-central-1",
      template: { Resources: { Jobs: { Type: "AWS::SQS::Queue" } } },
      assets: new Map([["worker", path.join(folder, "worker")]]),
    },
  ]);
});
