import { type Caller, type Connections, change, rawStatement, statement } from "@bulkhead/db";
import { projects } from "@bulkhead/db/tables";
import { asc, eq, sql } from "drizzle-orm";
import type { Person } from "./database.ts";

/** A caller over the given connections. Owners may do everything. */
export function callerOf(
  home: Connections,
  { credential }: Pick<Person, "credential">,
  { permission = "project:write", action = "test.run", requestId = "request-1" } = {},
): Caller {
  return { databases: { home }, credential, purpose: { permission, action, requestId } };
}

/** Any SQL, as the product would send a statement of its own: what an injection would look like. */
export function anySql(text: string, ...values: unknown[]) {
  return rawStatement(text, (row) => row)(...values);
}

const ANSWER = sql`json_build_object('id', ${projects.id}, 'name', ${projects.name})`;

export const createProject = change(201, (db) =>
  db
    .insert(projects)
    .values({ name: sql.placeholder("name") })
    .returning({ answer: ANSWER })
    .prepare("create_project"),
);

export const renameProject = change(200, (db) =>
  db
    .update(projects)
    .set({ name: sql`${sql.placeholder("name")}` })
    .where(eq(projects.id, sql.placeholder("id")))
    .returning({ answer: ANSWER })
    .prepare("rename_project"),
);

export const listProjects = statement((db) =>
  db
    .select({ id: projects.id, name: projects.name })
    .from(projects)
    .orderBy(asc(projects.createdAt), asc(projects.id))
    .prepare("list_projects"),
);
