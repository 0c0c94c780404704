import { inWork, libraryLog } from "@bulkhead/telemetry";
import { expect, it } from "vitest";
import { faultOf, written } from "./emitted.ts";

it("a line of a library has the labels of its work, and neither secrets nor arguments", async () => {
  const log = written();
  const lines = libraryLog("drizzle");
  await inWork({ name: "sweep", kind: "consumer", scope: "sweep", requestId: "r-1" }, async () => {
    lines.error(new Error("Failed query: select $1\nparams: s3cret"), { password: "s3cret" });
    lines.warn("Bearer s3cret-s3cret", ["s3cret"]);
  });

  expect(log.lines()).toMatchObject([
    { level: "ERROR", from: "drizzle", error: { message: "Failed query: select $1" } },
    { level: "WARN", from: "drizzle", message: "Bearer ***" },
  ]);
  expect(log.lines().map(faultOf)).toEqual([undefined, undefined]);
  expect(log.text()).not.toContain("s3cret");
});
