import { projects } from "@bulkhead/db/tables";
import { z } from "zod";
import { json, Name } from "../verb/index.ts";

/** A project as the API shows it. */
export const Project = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    attributes: z.record(z.string(), z.string()),
    created_by: z.string(),
    created_at: z.iso.datetime({ offset: true }),
    updated_at: z.iso.datetime({ offset: true }),
  })
  .meta({ id: "Project" });

/** The same, as PostgreSQL writes it. */
export const projectJson = json({
  id: projects.id,
  name: projects.name,
  description: projects.description,
  attributes: projects.attributes,
  created_by: projects.createdBy,
  created_at: projects.createdAt,
  updated_at: projects.updatedAt,
});

const KEY = "[A-Za-z][A-Za-z0-9_.-]{0,63}";
const Value = z.string().max(500);

/** The fields of a project that a client sets. */
export const fields = {
  name: Name,
  description: z.string().max(10_000),
  attributes: z
    .record(z.string().regex(new RegExp(`^${KEY}$`)), Value)
    .refine((attributes) => Object.keys(attributes).length <= 50, "must be 50 at most")
    .meta({ description: "Up to 50 texts of up to 500 characters, under names that you choose." }),
};

/** The filters of a list of projects: all that are given must match. */
export const search = {
  name_prefix: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "The beginning of the name; case does not matter." }),
  q: z.string().min(1).max(200).optional().meta({
    description:
      'Words of the name or description: all of them, in any order. `"in a row"`, `this or that` and `-without` work too.',
  }),
  attribute: z
    .string()
    .regex(new RegExp(`^${KEY}:[^]{0,500}$`))
    .optional()
    .meta({
      description: "The name and value of an attribute: `stage:live`.",
      examples: ["stage:live"],
    }),
};
