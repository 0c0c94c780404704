import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { acquireHostResources } from "../../packages/local/src/cloud/host-resources.ts";
import { createClosers } from "../../packages/local/src/supervise/closers.ts";
import { temporaryFolder } from "./support/handlers.ts";

function take(home: string) {
  const closers = createClosers();
  onTestFinished(() => closers.close());
  const { signal } = new AbortController();
  const around = { closers, signal, log: () => {}, failed: () => {} };
  return acquireHostResources({ root: home, port: 0, home }, around);
}

it("creates custom resources again when the database folder is gone", async () => {
  const [home, intact] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(path.join(intact, "postgres"));
  const memory = (folder: string) => path.join(folder, "custom-resources.json");
  for (const folder of [home, intact]) {
    writeFileSync(memory(folder), '{"App/Migrations":{}}');
    await take(folder);
  }
  expect(JSON.parse(readFileSync(memory(home), "utf8"))).toEqual({});
  expect(JSON.parse(readFileSync(memory(intact), "utf8"))).toHaveProperty("App/Migrations");
});

it("generates a password and a key once, and stores them", async () => {
  const home = temporaryFolder();
  const { credentials } = await take(home);
  const key = credentials.keyOf("worker");
  const password = credentials.passwordOf("bulkhead_api");
  expect(credentials.secretOf(key.accessKeyId)).toBe(key.secretAccessKey);
  expect(credentials.secretOf("AKIAUNKNOWN")).toBeUndefined();
  expect(credentials.passwordOf("bulkhead_worker")).not.toBe(password);

  const again = JSON.parse(readFileSync(path.join(home, "credentials.json"), "utf8"));
  expect(again).toMatchObject({ keys: { worker: key }, passwords: { bulkhead_api: password } });
});

it("names a state file that it cannot read", async () => {
  const home = temporaryFolder();
  writeFileSync(path.join(home, "credentials.json"), "{ half");
  await expect(take(home)).rejects.toThrow(/credentials\.json can't be read .* remove it/);
});
