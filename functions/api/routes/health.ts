import { Refusal } from "@bulkhead/core/error";
import { z } from "zod";
import { opens } from "../route.ts";

export const health = [
  opens("/v1/health", {
    operationId: "health.check",
    summary: "Whether the API and its database answer",
    answers: z.object({ status: z.literal("ok") }),
    description: "It wakes a database that was paused: ask rarely.",
    async handle(c, { databases }) {
      const asked = databases.home.run([{ text: "select 1" }]);
      const { failure } = await asked.catch((failure: unknown) => ({ failure }));
      if (!failure) return c.json({ status: "ok" });
      const detail = "The database does not answer.";
      throw new Refusal("unavailable", "database.unavailable", detail, { cause: failure });
    },
  }),
];
