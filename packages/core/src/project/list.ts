import { projects } from "@bulkhead/db/tables";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { defineRead, page, paging } from "../tenancy/index.ts";
import { projectJson, search } from "./shape.ts";

const order = [projects.createdAt, projects.id] as const;

const prefix = sql`${sql.placeholder("name_prefix")}::text`;
const words = sql`${sql.placeholder("q")}::text`;
const attribute = sql`${sql.placeholder("attribute")}::text`;

// What is searched for is part of the list's name: a cursor is good for that search alone.
const searched = sql`'projects?' || encode(sha256(convert_to(json_build_array(${prefix}, ${words}, ${attribute})::text, 'UTF8')), 'hex')`;

/** The search finds ids, and the policy decides once more over the rows. */
export const projectSearch = page({
  list: searched,
  from: sql`app.search_projects(${prefix}, ${words}, ${attribute},
    (select at from place), (select id from place), ${sql.placeholder("limit")}::integer + 1)
    join ${projects} on ${projects.id} = project_id`,
  order,
  item: projectJson,
});

export const listProjects = defineRead({
  action: "project.list",
  permission: "project:read",
  input: z.strictObject({ ...paging, ...search }),
  query: page({ list: "projects", from: projects, order, item: projectJson }),
  instead: {
    when: ({ name_prefix, q, attribute }) => (name_prefix ?? q ?? attribute) !== undefined,
    query: projectSearch,
  },
});
