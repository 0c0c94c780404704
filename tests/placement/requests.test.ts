import { randomUUID } from "node:crypto";
import { logger } from "@bulkhead/telemetry";
import { describe, expect, it } from "vitest";
import { freshApi, outcome, read } from "../routes/support.ts";
import { freshApiOverPair } from "../support/dedicated.ts";
import { latchIn } from "../support/latch.ts";
import { redefine } from "../support/mutation.ts";

const count = async (sql: (text: string) => Promise<Record<string, unknown>[]>, table: string) =>
  Number((await sql(`select count(*) from ${table}`))[0]?.count);

// What is unavailable is told to the log, with its reasons.
logger.setLogLevel("SILENT");

describe("a tenant with a database of its own", () => {
  it("has its projects, jobs, answers and trail there, and nothing of them at home", async () => {
    const { resident, pair } = await freshApiOverPair();
    const ada = await resident("ada");
    const project = await ada.newProject("Bridge");
    await ada.patch(`/v1/projects/${project.id}`, { name: "Arch" }).then(read);
    const job = await ada.post(`/v1/projects/${project.id}/exports`).then(read);

    expect(await ada.get(`/v1/projects/${project.id}`).then(read)).toMatchObject({ name: "Arch" });
    expect(await ada.get("/v1/projects").then(read)).toMatchObject({ items: [{ name: "Arch" }] });
    expect(await ada.get(`/v1/jobs/${job.id}`).then(read)).toMatchObject({ state: "queued" });
    const trail = await ada.get("/v1/audit-events?target_type=projects").then(read);
    expect((trail.items as { actor: string; action: string }[]).map((it) => it.action)).toEqual([
      "project.patch",
      "project.create",
    ]);

    for (const table of ["app.projects", "app.jobs", "app.idempotency_keys"]) {
      expect([table, await count(pair.home.sql, table)]).toEqual([table, 0]);
    }
    expect(await pair.home.sql("select from audit.events where target_type = 'projects'")).toEqual(
      [],
    );
  });

  it("gets the first answer again for the same key, and one effect for two at once", async () => {
    const { resident, pair } = await freshApiOverPair();
    const ada = await resident();
    const key = randomUUID();
    const [first, twin] = await Promise.all(
      [0, 1].map(() => ada.post("/v1/projects", { name: "Once" }, { key }).then(read)),
    );
    expect(twin).toEqual(first);
    const again = await ada.post("/v1/projects", { name: "Once" }, { key });
    expect([again.headers.get("idempotency-replayed"), await read(again)]).toEqual(["true", first]);
    expect(await count(pair.dedicated.sql, "app.projects")).toBe(1);
  });

  it("sees nothing of the others there or at home, nor they of it", async () => {
    const { resident, person } = await freshApiOverPair();
    const people = [await resident("ada"), await resident("bob"), await person("eve")];
    const projects = await Promise.all(people.map((one) => one.newProject("secret")));

    for (const [at, asks] of people.entries()) {
      for (const [of, project] of projects.entries()) {
        const found = await outcome(asks.get(`/v1/projects/${project.id}`));
        expect([at, of, found]).toEqual([at, of, at === of ? "200" : "404 resource.missing"]);
      }
      expect((await asks.get("/v1/projects").then(read)).items).toHaveLength(1);
    }
  });

  it("keeps its API keys at home, and they open what lives in its own database", async () => {
    const { resident, program, pair } = await freshApiOverPair();
    const ada = await resident();
    const robot = await program(ada, ["project:read", "project:write"]);
    await robot.newProject("By key");
    expect((await robot.get("/v1/projects").then(read)).items).toHaveLength(1);
    expect(await outcome(robot.get("/v1/jobs"))).toBe("403 permission.denied");

    const [key] = await pair.home.sql("select last_used_at from app.api_keys");
    expect(key?.last_used_at).toBeInstanceOf(Date);
    expect(await count(pair.dedicated.sql, "app.api_keys")).toBe(0);
    const [project] = await pair.dedicated.sql("select created_by from app.projects");
    expect(project?.created_by).toBe(`key:${robot.id}`);

    expect((await ada.get("/v1/api-keys").then(read)).items).toHaveLength(1);
    expect(await outcome(ada.delete(`/v1/api-keys/${robot.id}`))).toBe("204");
    expect(await outcome(robot.get("/v1/projects"))).toBe("401 credential.invalid");
  });

  it("is refused at home when its session, its member or it itself may not, and asks nowhere else", async () => {
    const { resident, colleague, pair, sql } = await freshApiOverPair();
    const ada = await resident("ada");
    const { tenantId } = ada.person;
    const member = await colleague(ada.person, "member");
    expect(await outcome(member.get("/v1/projects"))).toBe("200");
    expect(await outcome(member.get("/v1/audit-events"))).toBe("403 permission.denied");

    await sql("delete from auth.members where user_id = $1 and tenant_id = $2", [
      member.person.userId,
      tenantId,
    ]);
    await sql("update auth.sessions set active_tenant_id = $2 where user_id = $1", [
      member.person.userId,
      tenantId,
    ]);
    expect(await outcome(member.get("/v1/projects"))).toBe("403 tenant.not_member");

    await sql("update auth.tenants set status = 'suspended' where id = $1", [tenantId]);
    expect(await outcome(ada.get("/v1/projects"))).toBe("403 tenant.suspended");
    // The dedicated database has the old status: no request was routed there.
    const [there] = await pair.dedicated.sql("select status from auth.tenants");
    expect(there?.status).toBe("active");

    await sql("update auth.tenants set status = 'active' where id = $1", [tenantId]);
    await sql("update auth.sessions set expires_at = now() where user_id = $1", [
      ada.person.userId,
    ]);
    expect(await outcome(ada.get("/v1/projects"))).toBe("401 credential.invalid");
  });

  it("is answered 503 and not from home where its database is unknown, or was never paired", async () => {
    const { resident, pair, sent } = await freshApiOverPair();
    const ada = await resident();
    await ada.newProject("There");
    const ignorant = await freshApi({ databases: { home: pair.home.as("api") } }, pair.home);
    const asks = ignorant.browser(ada.person);
    for (const asking of [asks.get("/v1/projects"), asks.post("/v1/projects", { name: "x" })]) {
      const answer = await asking;
      expect(answer.headers.get("retry-after")).toBe("5");
      expect(await outcome(answer)).toBe("503 tenant.unreachable");
    }

    await pair.home.sql("delete from app.assertion_keys");
    expect(await outcome(ada.get("/v1/projects"))).toBe("503 tenant.unreachable");
    expect(await count(pair.home.sql, "app.projects")).toBe(0);
    expect(sent).toEqual([]);
  });

  it("is not found in its database when its row there is missing, or says that it lives elsewhere", async () => {
    const { resident, pair } = await freshApiOverPair();
    const ada = await resident();
    await pair.dedicated.sql("update auth.tenants set placement = 'home'");
    expect(await outcome(ada.get("/v1/projects"))).toBe("503 tenant.unreachable");
    await pair.dedicated.sql("delete from auth.tenants");
    expect(await outcome(ada.post("/v1/projects", { name: "x" }))).toBe("503 tenant.unreachable");
  });
});

describe("a tenant that is being moved", () => {
  const SOON = "update auth.tenants set writes_paused_until = now() + interval '2.5 seconds'";

  it.each([
    ["at home", false],
    ["with a database of its own", true],
  ])("is read and not written, %s, until the pause is over by itself", async (_, dedicated) => {
    const api = await freshApiOverPair();
    const ada = await (dedicated ? api.resident() : api.person());
    const robot = await api.program(ada, ["project:read", "project:write"]);
    await ada.newProject("Before");
    await api.sql(SOON);
    const key = randomUUID();
    const write = (asks: typeof ada | typeof robot) =>
      asks.post("/v1/projects", { name: "During" }, { key });

    for (const asks of [ada, robot]) {
      const refused = await write(asks);
      expect(refused.headers.get("retry-after")).toBe("1");
      expect(await outcome(refused)).toBe("503 tenant.moving");
      expect((await asks.get("/v1/projects").then(read)).items).toHaveLength(1);
    }
    expect(await outcome(ada.get("/v1/api-keys"))).toBe("503 tenant.moving");
    await expect.poll(() => outcome(write(ada)), { interval: 250, timeout: 10_000 }).toBe("201");
    expect((await ada.get("/v1/projects").then(read)).items).toHaveLength(2);
  });

  it.each([
    ["at home", false],
    ["with a database of its own", true],
  ])(
    "is written, %s, by a request that was refused at the very end of the pause",
    async (_, dedicated) => {
      const api = await freshApiOverPair();
      const ada = await (dedicated ? api.resident() : api.person());
      const database = dedicated ? api.pair.dedicated : api.pair.home;
      await database.sql(SOON.replace("2.5 seconds", "1 hour"));
      const latch = await latchIn(database);
      // Between the look that refuses and the one that is to say why.
      await redefine(database, "app.refuse_context", (definition) =>
        definition.replace(/begin/i, `begin\n  perform ${latch.stop};`),
      );
      const writing = outcome(ada.post("/v1/projects", { name: "At the end" }));
      await latch.reached();
      await database.sql("update auth.tenants set writes_paused_until = null");
      await latch.release();
      expect(await writing).toBe("201");
    },
  );

  it("is written once, by a request that was refused in the pause and routed on after it", async () => {
    const { person, pair } = await freshApiOverPair();
    const ada = await person();
    await pair.home.sql(SOON.replace("2.5 seconds", "1 hour"));
    const latch = await latchIn(pair.home);
    await redefine(pair.home, "app.refuse_context", (definition) =>
      definition.replace(/begin/i, `begin\n  perform ${latch.stop};`),
    );
    const writing = outcome(ada.post("/v1/projects", { name: "On the way" }));
    await latch.reached();
    await pair.home.sql("update auth.tenants set writes_paused_until = null");
    await pair.placeTenant(ada.person.tenantId);
    await latch.release();

    expect(await writing).toBe("201");
    const projects = () =>
      Promise.all([pair.home, pair.dedicated].map(({ sql }) => count(sql, "app.projects")));
    expect(await projects()).toEqual([0, 1]);
  });

  it("is not written by a request that was routed to its database before the pause", async () => {
    const { resident, pair } = await freshApiOverPair();
    const ada = await resident();
    // Home has not been paused yet, or its assertion is older than the pause.
    await pair.dedicated.sql(SOON);
    expect(await outcome(ada.post("/v1/projects", { name: "x" }))).toBe("503 tenant.moving");
    expect(await outcome(ada.get("/v1/projects"))).toBe("200");
  });
});
