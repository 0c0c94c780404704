import { expect, it } from "vitest";
import { forge, infer, PATIENCE_MS, RUNS } from "./forge.ts";

it.each(["api", "worker"] as const)(
  "nothing that the %s's role says reads, writes or misleads another tenant",
  async (role) => {
    expect(await forge({ role })).toBeUndefined();
  },
  PATIENCE_MS,
);

it(
  "no answer tells whether another tenant has anything",
  async () => {
    expect(await infer({ runs: Math.ceil(RUNS / 2) })).toBeUndefined();
  },
  PATIENCE_MS,
);
