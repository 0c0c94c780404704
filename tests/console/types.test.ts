import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { typesOfApi } from "../../packages/console/scripts/document.ts";

it("the console's types are those of the current API", async () => {
  const committed = await readFile("packages/console/src/api/schema.d.ts", "utf8");
  expect(
    committed === (await typesOfApi()),
    "The API has changed. Run `npm run types -w @bulkhead/console` and fix what no longer compiles.",
  ).toBe(true);
});
