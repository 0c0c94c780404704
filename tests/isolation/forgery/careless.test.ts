import { describe, expect, it } from "vitest";
import { forge, infer } from "./forge.ts";
import { CONTEXT } from "./guards/context.ts";
import { PERMISSION } from "./guards/permission.ts";
import { SESSION } from "./guards/session.ts";
import type { Stage } from "./types.ts";

const GUARDS = { ...CONTEXT, ...PERMISSION, ...SESSION };

describe("the scripts find that", { timeout: 300_000 }, () => {
  it.each(Object.entries(GUARDS))("%s", async (_, { families, given, broken, finds }) => {
    if (given) expect(await forge({ families, change: given, runs: 10 })).toBeUndefined();
    const change = async (stage: Stage) => {
      await given?.(stage);
      await broken(stage);
    };
    expect(await forge({ families, change, runs: 500, shrink: false })).toMatch(finds);
  });
});

it("a key that is unique over all tenants is inferred from", { timeout: 300_000 }, async () => {
  const change = ({ database }: Stage) => database.sql("alter table app.projects add unique (id)");
  expect(await infer({ families: ["writes"], change, runs: 200, shrink: false })).toMatch(
    /inferred: .*error 23505/,
  );
});
