import { expect, it } from "vitest";
import { redefine } from "../../support/mutation.ts";
import { spoiling } from "./plans.ts";

it("no setting at a function's first call changes what the next tenant's calls answer", async () => {
  expect(await spoiling()).toEqual([]);
}, 120_000);

it("one whose text reads differently under the caller's settings is found", async () => {
  const found = await spoiling({
    only: /null/,
    change: async (database) => {
      await redefine(database, "app.search_projects", (definition) =>
        definition.replace(
          "begin\n",
          "begin\n  if (tenant = null) is not null then return; end if;\n",
        ),
      );
      await database.sql("alter function app.search_projects reset transform_null_equals");
    },
  });
  expect(found).toEqual(["transform_null_equals=on: its search misses rows"]);
}, 120_000);
