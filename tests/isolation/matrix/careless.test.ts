import {
  AFTER,
  defineMutation,
  defineRead,
  Id,
  json,
  Name,
  page,
  paging,
} from "@bulkhead/core/verb";
import { projects } from "@bulkhead/db/tables";
import { sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { mutates, type Route, reads } from "../../../functions/api/route.ts";
import { routes } from "../../../functions/api/routes/index.ts";
import { redefine } from "../../support/mutation.ts";
import { attackRoutes } from "./matrix.ts";
import { type Ask, type Layout, pooled, testApiOver } from "./test-api.ts";

// Enough to be careless with, and quickly attacked.
const few = routes.filter(
  ({ method, path }) =>
    /\/projects(\/\{id\})?$/.test(path) || (path === "/v1/api-keys" && method === "post"),
);
const answers = z.record(z.string(), z.unknown());

/** Attacks some operations with a good credential of another tenant's: whatever is found is found with it. */
async function found(
  operations: RegExp,
  breaking: (layout: Layout) => unknown,
  options: { table?: readonly Route[]; over?: (layout: Layout) => (ask: Ask) => Ask } = {},
): Promise<string> {
  const layout = await pooled();
  await breaking(layout);
  const { table = few, over } = options;
  const api = testApiOver(layout, { table, ...(over && { over: over(layout) }) });
  const { violations } = await attackRoutes(api, {
    credentials: /^other tenant's session/,
    operations,
  });
  return violations.join("\n");
}

/** Answers 403 where there is something, which is what a check of an owner after a look-up does. */
const forbidWhatExists =
  ({ home }: Layout) =>
  (ask: Ask): Ask =>
  async (path, init) => {
    const answer = await ask(path, init);
    const [id] = path.match(/[0-9a-f-]{36}/) ?? [];
    if (answer.status !== 404 || !id) return answer;
    const rows = await home.sql("select from app.projects where id = $1", [id]);
    return rows.length > 0 ? new Response(await answer.text(), { ...answer, status: 403 }) : answer;
  };

const asOwner = (statements: string) => `set role bulkhead_owner; ${statements}; reset role`;

describe("the matrix finds", { timeout: 120_000 }, () => {
  it("a 403 where a missing thing is a 404", async () => {
    const told = await found(/projects\/\{id\}/, () => {}, { over: forbidWhatExists });
    expect(told).toMatch(/GET \/v1\/projects\/\{id\}, .+ in the position "path" was answered 403/);
    expect(told).toMatch(/DELETE \/v1\/projects\/\{id\}, .+ was answered 403/);
  });

  it("a table without a policy, and one whose policy does not ask", async () => {
    const dropped = await found(/POST .+projects/, ({ home }) =>
      home.sql("drop policy tenant_isolation on app.projects"),
    );
    expect(dropped).toMatch(/POST \/v1\/projects never succeeds for the tenant itself/);

    // The trail still refuses to write of another tenant's row, and tells of it by that.
    const open = await found(/(GET|DELETE) .+\{id\}/, ({ home }) =>
      home.sql("alter policy tenant_isolation on app.projects using (true)"),
    );
    expect(open).toMatch(/GET \/v1\/projects\/\{id\}, .+was answered 200/);
    expect(open).toMatch(/DELETE \/v1\/projects\/\{id\}, .+was answered 403/);
  });

  it("a key that is unique over all tenants", async () => {
    const told = await found(/POST .+projects/, ({ home }) =>
      home.sql("alter table app.projects add unique (name)"),
    );
    expect(told).toMatch(/POST \/v1\/projects, .+ the position "text" was answered 409/);
  });

  it("a verb that reads as the owner of all rows", async () => {
    const findAny = defineRead({
      action: "project.find_any",
      permission: "project:read",
      input: z.strictObject({ id: Id }),
      query: (db) =>
        db
          .select({ answer: sql<string>`found.answer` })
          .from(sql`app.any_project(${sql.placeholder("id")}) as found (answer)`),
    });
    const told = await found(
      /any-projects/,
      ({ home }) =>
        home.sql(
          asOwner(`
            create policy wide on app.projects to bulkhead_owner using (true);
            create function app.any_project(wanted uuid) returns setof json
              language plpgsql security definer set search_path = pg_catalog, pg_temp
              as $$ begin return query select json_build_object('id', p.id, 'created_by', p.created_by)
                                         from app.projects p where p.id = wanted; end $$;
            grant execute on function app.any_project(uuid) to bulkhead_api`),
        ),
      { table: [...few, reads("/v1/any-projects/{id}", findAny, { summary: "", answers })] },
    );
    expect(told).toMatch(
      /GET \/v1\/any-projects\/\{id\}, .+ was answered 200 .+ an absent one 404/,
    );
    expect(told).toMatch(/of the victim's came back in the position "path"/);
  });

  describe("a verb that writes the tenant that it is told", () => {
    const createFor = defineMutation({
      action: "project.create_for",
      permission: "project:write",
      status: 201,
      input: z.strictObject({ name: Name, tenant_id: z.uuid() }),
      change: (db) =>
        db
          .insert(projects)
          .values({ name: sql.placeholder("name"), tenantId: sql.placeholder("tenant_id") })
          .returning({ answer: json({}) }),
    });
    const table = [...few, mutates("post", "/v1/gifts", createFor, { summary: "", answers })];

    it("by a bug's answer, as long as the policy checks what is written", async () => {
      const told = await found(/gifts/, () => {}, { table });
      expect(told).toMatch(/POST \/v1\/gifts, .+ answered 500 in the position "body"/);
      expect(told).not.toContain("rows of others were changed");
    });

    it("by its deed, when the policy has lost its WITH CHECK and the trail its trigger", async () => {
      const told = await found(
        /gifts/,
        ({ home }) =>
          home.sql(`
            alter policy tenant_isolation on app.projects with check (true);
            alter table app.projects disable trigger record`),
        { table },
      );
      expect(told).toMatch(/POST \/v1\/gifts, .+rows of others were changed .+app\.projects/);
    });
  });

  it("stored answers that are found by their key alone", async () => {
    const told = await found(/POST .+projects/, ({ home }) =>
      redefine(home, "app.claim", (definition) =>
        definition.replace(
          "\n  loop\n",
          `
          select k.* into found_key from app.idempotency_keys k where k.key = claimed_key and k.request_hash = hash;
          if found then
            perform set_config('app.replayed', 'yes', true);
            return query select found_key.status, found_key.answer; return;
          end if;
          loop
          `,
        ),
      ),
    );
    expect(told).toMatch(/POST \/v1\/projects, .+ the position "idempotency key"/);
    expect(told).toMatch(/of the victim's came back in the position "idempotency key"/);
  });

  it("a list that shows the rows of the tenant whose row its cursor names", async () => {
    const anyProjects = alias(projects, "any_projects");
    const listAny = defineRead({
      action: "project.list_any",
      permission: "project:read",
      input: z.strictObject(paging),
      query: page({
        from: sql`app.projects_beside(${AFTER.id}) as any_projects`,
        order: [anyProjects.createdAt, anyProjects.id],
        item: json({ id: anyProjects.id, created_by: anyProjects.createdBy }),
      }),
    });
    const told = await found(
      /any-projects/,
      ({ home }) =>
        home.sql(
          asOwner(`
            create policy wide on app.projects to bulkhead_owner using (true);
            create function app.projects_beside(row_id uuid) returns setof app.projects
              language plpgsql security definer set search_path = pg_catalog, pg_temp
              as $$ begin return query select p.* from app.projects p where p.tenant_id = coalesce(
                (select b.tenant_id from app.projects b where b.id = row_id), app.tenant_id()); end $$;
            grant execute on function app.projects_beside(uuid) to bulkhead_api`),
        ),
      { table: [...few, reads("/v1/any-projects", listAny, { summary: "", answers })] },
    );
    expect(told).toMatch(/of the victim's came back in the position "cursor"/);
    expect(told).toMatch(/GET \/v1\/any-projects, .+ the position "cursor" was answered 200/);
  });
});

describe("a new route", { timeout: 120_000 }, () => {
  it("that no input can be made for fails with a sentence that says what to add", async () => {
    const code = z.string().regex(/^[A-Z]{3}-\d{5}$/);
    const routeWith = (schema: z.ZodType) =>
      reads(
        "/v1/parcels",
        defineRead({
          action: "parcel.find",
          permission: "project:read",
          input: z.strictObject({ code: schema }),
          query: (db) => db.select({ answer: sql<string>`'{}'::json` }).from(projects),
        }),
        { summary: "", answers },
      );
    await expect(found(/parcels/, () => {}, { table: [...few, routeWith(code)] })).rejects.toThrow(
      'GET /v1/parcels can\'t be attacked: "code" accepts none of the values that are tried. Give its schema one that it accepts: .meta({ examples: ["…"] }).',
    );
    const table = [...few, routeWith(code.meta({ examples: ["ABC-12345"] }))];
    expect(await found(/parcels/, () => {}, { table })).toBe("");
  });
});
