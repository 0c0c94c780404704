import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { echoApp } from "../local/support/echo-app.ts";

it("leaves no synth behind when PostgreSQL fails first", async () => {
  const app = echoApp();
  writeFileSync(path.join(app.root, "infra", "app.ts"), "setTimeout(() => {}, 60_000);");
  const data = path.join(app.home, "postgres");
  mkdirSync(data, { recursive: true });
  writeFileSync(path.join(data, "PG_VERSION"), "1\n");

  const { process: child, ended, output } = await app.start();
  expect(await ended).toBe(1);
  expect(output()).toContain("PostgreSQL did not start");
  await expect.poll(() => livingOf(child.pid), { timeout: 5_000 }).toEqual([]);
});

it.each([
  ["a file", (file: string) => writeFileSync(file, "")],
  [
    "a program",
    (file: string) => {
      writeFileSync(file, "");
      chmodSync(file, 0o755);
    },
  ],
])("refuses a home that is %s", async (_, make) => {
  const app = echoApp();
  const home = path.join(app.root, "file");
  make(home);
  const { ended, output } = await app.start({ BULKHEAD_HOME: home });
  expect(await ended).toBe(1);
  expect(output()).toMatch(/^The folder .* can't be written .*: choose another .*\n$/);
});

// Node's own mkdir -p never ends there.
it.runIf(existsSync("/proc/self"))("refuses a home where no folder can be made", async () => {
  const { ended, output } = await echoApp().start({ BULKHEAD_HOME: "/proc/bulkhead/home" });
  expect(await ended).toBe(1);
  expect(output()).toContain("choose another with BULKHEAD_HOME");
});

/** The processes of a group that have not ended. */
function livingOf(group: number | undefined): string[] {
  const all = execFileSync("ps", ["-eo", "pgid=,stat=,args="], { encoding: "utf8" }).split("\n");
  return all.filter((line) => {
    const [pgid, state] = line.trim().split(/\s+/);
    return Number(pgid) === group && !state?.startsWith("Z");
  });
}
