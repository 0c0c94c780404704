import { Client } from "pg";
import { expect, it, onTestFinished } from "vitest";
import type { TestDatabase } from "../support/database.ts";
import { operatorPair, seedTenant, withMove } from "./support.ts";

async function operator(database: TestDatabase) {
  const client = new Client({ connectionString: database.url("operator") });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const count = async (client: Client, table: string) =>
  Number((await client.query(`select count(*) from ${table}`)).rows[0].count);

it("the operator sees the rows of the tenant whose move it names, and no others", async () => {
  const { home, directory } = await operatorPair();
  const [moving, staying] = [await home.newPerson(), await home.newPerson()];
  await seedTenant(home, moving.tenantId, 5);
  await seedTenant(home, staying.tenantId, 7);
  const client = await operator(home);
  expect(await count(client, "app.projects")).toBe(0);

  await withMove(directory, moving.tenantId, "annex", async (_, move) => {
    expect(await count(client, "app.projects")).toBe(0);
    await client.query("select set_config('app.move', $1, false)", [move.id]);
    expect(await count(client, "app.projects")).toBe(5);
    await client.query("select set_config('app.move', $1, false)", [staying.tenantId]);
    expect(await count(client, "app.projects")).toBe(0);
  });
});

it("the operator writes no row where the tenant lives", async () => {
  const { home, directory } = await operatorPair();
  const { tenantId } = await home.newPerson();
  await seedTenant(home, tenantId, 5);
  const client = await operator(home);
  await withMove(directory, tenantId, "annex", async (_, move) => {
    await client.query("select set_config('app.move', $1, false)", [move.id]);
    const { rowCount } = await client.query("delete from app.projects");
    expect(rowCount).toBe(0);
    const insert = client.query(
      "insert into app.projects (tenant_id, id, name, created_by) values ($1, gen_random_uuid(), 'forged', 'operator')",
      [tenantId],
    );
    await expect(insert).rejects.toThrow("row-level security");
  });
});

it("the operator reads identities, keys and tenants only through its functions", async () => {
  const { home } = await operatorPair();
  const client = await operator(home);
  for (const table of [
    "auth.users",
    "auth.sessions",
    "auth.tenants",
    "app.api_keys",
    "app.signing_keys",
    "app.moves",
  ]) {
    await expect(client.query(`select from ${table}`)).rejects.toThrow("permission denied");
  }
  await expect(
    client.query("select app.sign_context(gen_random_uuid(), 'a', 'b', 'c', 'd')"),
  ).rejects.toThrow("permission denied");
  await expect(client.query("create table app.mine ()")).rejects.toThrow("permission denied");
  await expect(client.query("create temporary table mine ()")).rejects.toThrow("permission denied");
});

it("no other role can move a tenant, and an open move grants it nothing", async () => {
  const { home, directory } = await operatorPair();
  const { tenantId } = await home.newPerson();
  await seedTenant(home, tenantId, 5);
  await withMove(directory, tenantId, "annex", async (_, move) => {
    for (const role of ["api", "worker", "sweeper", "dead_letters", "auth"] as const) {
      const client = new Client({ connectionString: home.url(role) });
      await client.connect();
      await client.query("select set_config('app.move', $1, false)", [move.id]);
      for (const sql of [
        "select app.moving_tenant()",
        "select app.begin_move(gen_random_uuid(), 'annex')",
        "select app.pause_writes(gen_random_uuid(), 9)",
      ]) {
        await expect(client.query(sql), `${role}: ${sql}`).rejects.toThrow("permission denied");
      }
      const seen = await client.query("select from app.projects").catch(() => ({ rowCount: 0 }));
      expect(seen.rowCount, role).toBe(0);
      await client.end();
    }
  });
});
