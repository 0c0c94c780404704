import { Refusal } from "@bulkhead/core/error";
import { z } from "zod";
import { opens } from "../route.ts";

export const health = [
  opens("/v1/health", {
    operationId: "health.check",
    summary: "Whether the API and its database answer",
    answers: z.object({ status: z.literal("ok") }),
    description: "A request wakes a paused database: call it rarely.",
    async handle(c, { databases }) {
      const select = databases.home.run([{ text: "select 1" }]);
      const { failure } = await select.catch((failure: unknown) => ({ failure }));
      if (!failure) return c.json({ status: "ok" });
      const detail = "The database does not answer. Try again in a few seconds.";
      throw new Refusal("unavailable", "database.unavailable", detail, { cause: failure });
    },
  }),
];
