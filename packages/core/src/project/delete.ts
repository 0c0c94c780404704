import { projects } from "@bulkhead/db/tables";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { defineMutation, Id, json } from "../verb/index.ts";

export const deleteProject = defineMutation({
  action: "project.delete",
  permission: "project:write",
  status: 204,
  input: z.strictObject({ id: Id }),
  change: (db) =>
    db
      .delete(projects)
      .where(eq(projects.id, sql.placeholder("id")))
      .returning({ answer: json({}) }),
});
