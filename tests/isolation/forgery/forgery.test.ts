import { expect, it } from "vitest";
import { forge } from "./forge.ts";

it.each(["api", "worker"] as const)(
  "nothing that the %s's role says reads, writes or misleads another tenant",
  async (role) => {
    expect(await forge({ role })).toBeUndefined();
  },
  600_000,
);
