import { projects } from "@bulkhead/db/tables";
import { z } from "zod";
import { json, Name } from "../tenancy/index.ts";

/** A project as the API shows it. */
export const Project = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
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
  created_by: projects.createdBy,
  created_at: projects.createdAt,
  updated_at: projects.updatedAt,
});

/** What a client may say of a project. */
export const fields = { name: Name, description: z.string().max(10_000) };
