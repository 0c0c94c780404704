import { expect, it } from "vitest";
import { lookUp } from "../../packages/local/src/pages/look-up.ts";
import { savedQueries } from "../../packages/local/src/pages/saved-queries.ts";
import { freshDatabase } from "../support/database.ts";

const queries = savedQueries(process.cwd());

it.each(queries)(
  "$name runs on the tables as they are, for all tenants and for one",
  async (query) => {
    const { url, newPerson } = await freshDatabase();
    const [ada, grace] = [await newPerson("ada"), await newPerson("grace")];
    const tenants = async (tenant: string | null) => {
      const { columns, rows } = await lookUp(url("superuser"), query.sql, [tenant]);
      return rows.map((row) => row[columns.indexOf("tenant_id")]);
    };
    expect(query.byTenant).toBe(true);
    const all = await tenants(null);
    if (query.name === "tenants")
      expect(all).toEqual(expect.arrayContaining([ada.tenantId, grace.tenantId]));
    for (const tenant of await tenants(ada.tenantId)) expect(tenant).toBe(ada.tenantId);
  },
);

it("shows the jobs of every tenant, or of one", async () => {
  const { url, sql, newPerson } = await freshDatabase();
  const [ada, grace] = [await newPerson("ada"), await newPerson("grace")];
  await sql("set session_replication_role = replica"); // no request has made them: no audit
  for (const { tenantId } of [ada, grace]) {
    await sql(
      "insert into app.jobs (tenant_id, task, input, created_by) values ($1, 'project.export', '{}', 'test')",
      [tenantId],
    );
  }
  const jobs = queries.find(({ name }) => name === "jobs");
  const count = async (tenant: string | null) =>
    (await lookUp(url("superuser"), jobs?.sql ?? "", [tenant])).rows.length;
  expect(await count(null)).toBe(2);
  expect(await count(ada.tenantId)).toBe(1);
});

it("reads only, and says what is wrong with a query", async () => {
  const { url, sql, newPerson } = await freshDatabase();
  await newPerson("ada");
  const look = (text: string) => lookUp(url("superuser"), text);
  await expect(look("delete from auth.tenants")).rejects.toThrow("read-only transaction");
  await expect(look("select nothing")).rejects.toThrow('column "nothing" does not exist');
  expect(await sql("select from auth.tenants")).toHaveLength(1);
});
