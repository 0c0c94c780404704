import { exportSigner, exportWriter } from "@bulkhead/core/object";
import { describe, expect, it } from "vitest";
import { fakeObjects } from "./outside.ts";

const TENANT = "3f0e8f0e-6c1e-4a53-9a53-0e1d9d1f2a11";
const INVALID = [
  "",
  ".",
  "..",
  "../other/file.json",
  "a/../../other/file.json",
  "/a.json",
  "a//b.json",
  "a/",
  ".hidden",
  "a/.hidden",
  "a\\b.json",
  "a%2f..%2fb.json",
  "a b.json",
  "ä.json",
  "a\0.json",
  "a\n.json",
  "x".repeat(201),
];

describe("a tenant's exports", () => {
  it.each(INVALID)("are neither written nor linked to under the name %j", async (name) => {
    const objects = fakeObjects();
    const linked: string[] = [];
    const signer = exportSigner(
      {
        async link(key) {
          linked.push(key);
          return { url: "", expiresAt: new Date() };
        },
      },
      TENANT,
    );
    const writer = exportWriter(objects, TENANT);
    for (const attempt of [
      writer.put(name, "x", "text/plain"),
      writer.putStream(name, (async function* () {})(), "text/plain"),
      signer.link(name),
    ]) {
      await expect(attempt).rejects.toThrow(
        `Invalid export name ${JSON.stringify(name).slice(0, 150)}`,
      );
    }
    expect([...objects.files.keys(), ...linked]).toEqual([]);
  });

  it("lie below the tenant's prefix, and are downloaded under their last name", async () => {
    const objects = fakeObjects();
    const key = await exportWriter(objects, TENANT).put("2026/report.json", "x", "text/plain");
    expect(key).toBe(`exports/${TENANT}/2026/report.json`);
    expect([...objects.files.keys()]).toEqual([key]);

    const bucket = {
      link: async (key: string, filename: string) => ({
        url: `${key} as ${filename}`,
        expiresAt: new Date(),
      }),
    };
    const signer = exportSigner(bucket, TENANT);
    expect(signer.nameOf(key)).toBe("2026/report.json");
    expect(await signer.link("2026/report.json")).toMatchObject({ url: `${key} as report.json` });
  });

  it("are refused without the id of a tenant", () => {
    for (const tenant of ["", "..", `${TENANT}/..`]) {
      expect(() => exportWriter(fakeObjects(), tenant)).toThrow("Invalid tenant id");
    }
  });
});
