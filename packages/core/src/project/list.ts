import { projects } from "@bulkhead/db/tables";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { AFTER, defineRead, page, paging } from "../verb/index.ts";
import { projectJson, search } from "./shape.ts";

const order = [projects.createdAt, projects.id] as const;

const prefix = sql`${sql.placeholder("name_prefix")}::text`;
const words = sql`${sql.placeholder("q")}::text`;
const attribute = sql`${sql.placeholder("attribute")}::text`;

/** The search finds ids, and the policy decides once more over the rows. */
export const projectSearch = page({
  from: sql`app.search_projects(${prefix}, ${words}, ${attribute},
    ${AFTER.at}, ${AFTER.id}, ${sql.placeholder("limit")}::integer + 1)
    join ${projects} on ${projects.id} = project_id`,
  order,
  item: projectJson,
});

export const listProjects = defineRead({
  action: "project.list",
  permission: "project:read",
  input: z.strictObject({ ...paging, ...search }),
  query: page({ from: projects, order, item: projectJson }),
  instead: {
    when: ({ name_prefix, q, attribute }) => (name_prefix ?? q ?? attribute) !== undefined,
    query: projectSearch,
  },
});
