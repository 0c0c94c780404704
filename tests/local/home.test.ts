import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readOptions } from "../../packages/local/src/cloud/options.ts";
import { openHome } from "../../packages/local/src/home/home.ts";

const scratch = mkdtempSync(path.join(tmpdir(), "bulkhead-home-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("a home", () => {
  it("is created with its parents and is not readable by others", () => {
    const folder = path.join(scratch, "a", "b", "c");
    openHome(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o711);
  });

  it("that is a file is refused with the fix", () => {
    const file = path.join(scratch, "file");
    writeFileSync(file, "");
    expect(() => openHome(path.join(file, "home"))).toThrow(/can't be written .* BULKHEAD_HOME/);
  });

  it.runIf(existsSync("/proc"))(
    "in a place where no folder can be created is refused at once",
    () => {
      expect(() => openHome("/proc/bulkhead/home")).toThrow(/can't be written .* BULKHEAD_HOME/);
    },
  );
});

describe("the options", () => {
  it.each(["abc", "-1", "65536", "3000x"])("refuse PORT=%s with its value", (given) => {
    expect(() => readOptions({ PORT: given }, scratch)).toThrow(`not "${given}"`);
  });
});
