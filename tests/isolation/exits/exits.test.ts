import { defineJob, PermanentFailure, taskTable } from "@bulkhead/core/job";
import { defineRead } from "@bulkhead/core/verb";
import { rawStatement } from "@bulkhead/db";
import { projects } from "@bulkhead/db/tables";
import { sql } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { reads } from "../../../functions/api/route.ts";
import { routes } from "../../../functions/api/routes/index.ts";
import { tasks } from "../../../functions/worker/tasks.ts";
import { careless } from "./careless.ts";
import { walkExits } from "./walk.ts";

vi.mock("../../../packages/core/src/object/exports.ts", async (load) =>
  (await import("./careless.ts")).exportsOf(await load()),
);
vi.mock("../../../packages/db/src/tenant/token.ts", async (load) =>
  (await import("./careless.ts")).tokensOf(await load()),
);

const fileName = rawStatement(
  "select 'exports/' || app.tenant_id() || '/found.json'",
  ([name]) => name as string,
);

/** A handler that calls its file what a row says. */
const trusting = defineJob({
  name: "test.trusting",
  input: z.strictObject({}),
  async run(_, { read, objects }) {
    const [[name = ""]] = await read(fileName());
    return { result: { key: await objects.put(name, "", "text/plain") } };
  },
});

/** A handler whose job ends without its effect. */
const failing = defineJob({
  name: "test.failing",
  input: z.strictObject({}),
  run: async () => {
    throw new PermanentFailure("test.failing", "It can't succeed.");
  },
});
const table = taskTable(...tasks.values(), trusting, failing);

describe("what leaves the process for a tenant", { timeout: 120_000 }, () => {
  it("names the tenant of the opened context, whatever the database says in rows", async () => {
    const { honest, lies, violations } = await walkExits(routes, table);
    console.log(`${lies} lies; what leaves without them: ${JSON.stringify(honest)}`);
    expect(violations).toEqual([]);
    expect(Object.keys(honest).sort()).toEqual(["file", "idempotency key", "job", "link", "token"]);
  });

  it.each<[guard: "links" | "files" | "tokens", told: string[]]>([
    ["links", ["GET /v1/jobs/{id}: a link"]],
    ["files", ["The job test.trusting: a file"]],
    [
      "tokens",
      [
        "POST /v1/projects/{id}/exports: a token",
        "The job project.export: a token",
        "The job test.failing: a token",
        "the second look: a token",
        "a dead letter: a token",
      ],
    ],
  ])("is found to be another's when rows are believed about %s", async (guard, told) => {
    careless.add(guard);
    const { violations } = await walkExits(routes, table).finally(() => careless.delete(guard));
    for (const each of told) {
      expect(violations.join("\n")).toContain(`${each} left that is not the attacker's`);
    }
  });

  it("is walked for a new route or task, or fails with a sentence that says what to add", async () => {
    const code = z.string().regex(/^[A-Z]{3}-\d{5}$/);
    const find = defineRead({
      action: "parcel.find",
      permission: "project:read",
      input: z.strictObject({ code }),
      query: (db) => db.select({ answer: sql<string>`'{}'::json` }).from(projects),
    });
    const answers = z.record(z.string(), z.unknown());
    const route = reads("/v1/parcels", find, { summary: "", answers });
    await expect(walkExits([...routes, route], table)).rejects.toThrow(
      'GET /v1/parcels can\'t be attacked: "code" accepts none of the values that are tried.',
    );
    const send = defineJob({
      name: "parcel.send",
      input: z.strictObject({ code }),
      run: async () => ({ result: {} }),
    });
    await expect(walkExits(routes, taskTable(send))).rejects.toThrow(
      'The job parcel.send can\'t be attacked: "code" accepts none of the values that are tried.',
    );
  });
});
