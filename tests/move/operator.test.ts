import { randomUUID } from "node:crypto";
import { logger } from "@bulkhead/telemetry";
import { expect, it } from "vitest";
import { createOperator } from "../../functions/operator/operator.ts";
import { askOperator, type Call } from "../../packages/operator/src/remote/ask.ts";
import { context } from "../jobs/outside.ts";
import { furnish, neighbourhood, rowsOf } from "./support.ts";

logger.setLogLevel("SILENT");

/** The function over two databases, as Lambda calls it: what goes in and comes out is JSON. */
async function scene(sliceMilliseconds?: number) {
  const { home, annex } = await neighbourhood();
  const local = (url: string) => `${url}?sslmode=disable`;
  const handler = createOperator({
    places: {
      DATABASE_URL: local(home.url("operator")),
      DEDICATED_DATABASES: { annex: local(annex.url("operator")) },
      EXPORTS_BUCKET: "exports",
    },
    ...(sliceMilliseconds !== undefined && { sliceMilliseconds }),
  });
  let calls = 0;
  const call: Call = async (order) => {
    calls += 1;
    const answer = await handler(JSON.parse(JSON.stringify(order)), context());
    return JSON.parse(JSON.stringify(answer));
  };
  const lines: string[] = [];
  return {
    home,
    annex,
    lines,
    calls: () => calls,
    ask: (...words: string[]) =>
      askOperator(call, { words, by: "assumed-role/Admin/ada" }, (line) => lines.push(line)),
    handler,
  };
}

it("a move that takes longer than a call is gone on with until it is done, and its trail says by whom", async () => {
  const { home, annex, lines, calls, ask } = await scene(0);
  const tenant = (await home.newPerson()).tenantId;
  await furnish(home, tenant, 300);
  const before = await rowsOf(home, tenant);

  expect(await ask("move", tenant, "--to", "dedicated")).toEqual({ kind: "done" });
  expect(calls()).toBeGreaterThan(3);
  expect(lines.filter((line) => line.startsWith("switched:"))).toHaveLength(1);
  expect(await ask("finish", tenant, "--now")).toEqual({ kind: "done" });

  const after = await rowsOf(annex, tenant);
  expect(after["app.projects"]).toEqual(before["app.projects"]);
  expect(Object.values(await rowsOf(home, tenant)).flat()).toEqual([]);
  const trail = await annex.sql(
    "select distinct actor, request_id from audit.events where target_type = 'moves'",
  );
  expect(trail).toEqual([
    { actor: "operator:assumed-role/Admin/ada", request_id: context().awsRequestId },
  ]);
});

it("what an operator can do something about is an answer, and anything else an error", async () => {
  const { ask, handler } = await scene();
  const missing = randomUUID();
  expect(await ask("status", missing)).toEqual({
    kind: "refused",
    reason: `There is no tenant ${missing}. \`npm run tenant -- list\` shows them all.`,
  });
  expect(await ask("move", "--to")).toMatchObject({ kind: "refused" });
  await expect(handler({ words: "list", by: "x" }, context())).rejects.toThrow();
  await expect(handler({ words: ["list"], by: "-c role=x" }, context())).rejects.toThrow();
});
