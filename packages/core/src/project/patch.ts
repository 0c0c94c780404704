import { projects } from "@bulkhead/db/tables";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { defineMutation, Id } from "../verb/index.ts";
import { fields, projectJson } from "./shape.ts";

export const patchProject = defineMutation({
  action: "project.patch",
  permission: "project:write",
  status: 200,
  input: z
    .strictObject({
      id: Id,
      name: fields.name.optional(),
      description: fields.description.optional(),
      attributes: fields.attributes.optional(),
    })
    .refine(
      ({ name, description, attributes }) => (name ?? description ?? attributes) !== undefined,
      "Give a field to change.",
    ),
  change: (db) =>
    db
      .update(projects)
      .set({
        name: sql`coalesce(${sql.placeholder("name")}, ${projects.name})`,
        description: sql`coalesce(${sql.placeholder("description")}, ${projects.description})`,
        attributes: sql`coalesce(${sql.placeholder("attributes")}::jsonb, ${projects.attributes})`,
        updatedAt: sql`now()`,
      })
      .where(eq(projects.id, sql.placeholder("id")))
      .returning({ answer: projectJson }),
});
