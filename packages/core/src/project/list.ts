import { projects } from "@bulkhead/db/tables";
import { z } from "zod";
import { defineRead, page, paging } from "../tenancy/index.ts";
import { projectJson } from "./shape.ts";

export const listProjects = defineRead({
  action: "project.list",
  permission: "project:read",
  input: z.strictObject(paging),
  query: page({
    list: "projects",
    from: projects,
    order: [projects.createdAt, projects.id],
    item: projectJson,
  }),
});
