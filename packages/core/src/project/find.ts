import { projects } from "@bulkhead/db/tables";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { defineRead, Id } from "../verb/index.ts";
import { projectJson } from "./shape.ts";

export const findProject = defineRead({
  action: "project.find",
  permission: "project:read",
  input: z.strictObject({ id: Id }),
  query: (db) =>
    db
      .select({ answer: projectJson })
      .from(projects)
      .where(eq(projects.id, sql.placeholder("id"))),
});
