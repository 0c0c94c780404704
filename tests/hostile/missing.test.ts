import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { type Copy, startCopy } from "../e2e/copy.ts";
import { preparedHome } from "../e2e/prepared.ts";

let home = "";
let copy: Copy | undefined;
afterAll(async () => {
  await copy?.killGroup().catch(() => {});
  if (home) rmSync(home, { recursive: true, force: true });
});

it("names the variable that a function lacks in the log, and tells the caller nothing of it", async () => {
  home = await preparedHome("bulkhead-missing-");
  forget("EXPORTS_BUCKET");
  copy = await startCopy(home);
  expect(copy.output()).not.toContain("synthesizing");

  const answer = await fetch(`${copy.api}/v1/health`);
  expect(answer.status).toBe(500);
  expect(await answer.text()).toBe('{"message":"Internal Server Error"}');
  await expect.poll(copy.output).toContain("EXPORTS_BUCKET is missing");
}, 240_000);

/** Takes a variable out of every function of the templates, as a hand in the console would. */
function forget(variable: string): void {
  const folder = path.join(home, "cdk.out");
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".template.json"))) {
    const file = path.join(folder, name);
    const template = JSON.parse(readFileSync(file, "utf8"));
    for (const { Properties } of Object.values<{ Properties?: Lambda }>(template.Resources)) {
      delete Properties?.Environment?.Variables?.[variable];
    }
    writeFileSync(file, JSON.stringify(template));
  }
}

type Lambda = { Environment?: { Variables?: Record<string, unknown> } };
