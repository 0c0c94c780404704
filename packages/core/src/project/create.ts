import { projects } from "@bulkhead/db/tables";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { defineMutation } from "../verb/index.ts";
import { fields, projectJson } from "./shape.ts";

export const createProject = defineMutation({
  action: "project.create",
  permission: "project:write",
  status: 201,
  input: z.strictObject({
    name: fields.name,
    description: fields.description.default(""),
    attributes: fields.attributes.default({}),
  }),
  change: (db) =>
    db
      .insert(projects)
      .values({
        name: sql.placeholder("name"),
        description: sql.placeholder("description"),
        attributes: sql.placeholder("attributes"),
      })
      .returning({ answer: projectJson }),
});
