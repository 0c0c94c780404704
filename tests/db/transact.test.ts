import { randomUUID } from "node:crypto";
import { enqueue, mutate, transact } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { anySql, callerOf, createProject, listProjects } from "../support/caller.ts";
import { freshDatabase, sha256 } from "../support/database.ts";

describe("a batch", () => {
  it("answers with the rows of each statement, and with who was let in", async () => {
    const database = await freshDatabase();
    const ada = await database.newPerson();
    const caller = callerOf(database.as("api"), ada);
    const { opened, results } = await transact(
      caller,
      anySql("insert into app.projects (name) values ($1) returning name", "roof"),
      listProjects(),
    );
    expect(opened).toEqual({ tenantId: ada.tenantId, actor: `user:${ada.userId}`, role: "owner" });
    expect(results).toEqual([[["roof"]], [{ id: expect.any(String), name: "roof" }]]);
  });

  it("keeps nothing when its last statement fails: no row, no event, no key, no job", async () => {
    const database = await freshDatabase();
    const caller = callerOf(database.as("api"), await database.newPerson());
    const [before] = await database.sql("select count(*) from audit.events");
    const failing = mutate(caller, {
      key: "k",
      hash: sha256("h"),
      change: createProject({ name: "roof" }),
      jobs: [
        enqueue(randomUUID(), "project.export", {}, null, null),
        enqueue(randomUUID(), null, {}, null, null),
      ],
    });
    await expect(failing).rejects.toMatchObject({ code: "23502" });
    for (const table of ["app.projects", "app.idempotency_keys", "app.jobs"]) {
      expect(await database.sql(`select * from ${table}`)).toEqual([]);
    }
    expect(await database.sql("select count(*) from audit.events")).toEqual([before]);
  });

  it("is answered only after its deferred constraints have spoken", async () => {
    const database = await freshDatabase();
    const caller = callerOf(database.as("api"), await database.newPerson());
    const unfinished = transact(
      caller,
      anySql("select * from app.claim('k', sha256('h'))"),
      anySql("insert into app.projects (name) values ('roof') returning id"),
    );
    await expect(unfinished).rejects.toMatchObject({
      code: "BH500",
      message: "idempotency.unanswered",
    });
    expect(await database.sql("select * from app.projects")).toEqual([]);
  });

  it("is no batch with a value that SQL has no word for", async () => {
    const database = await freshDatabase();
    const caller = callerOf(database.as("api"), await database.newPerson());
    for (const value of ["a\0b", ["a"], () => 1, Symbol("a")]) {
      await expect(transact(caller, anySql("select $1::text", value))).rejects.toBeInstanceOf(
        TypeError,
      );
    }
    expect((await transact(caller, listProjects())).results).toEqual([[]]);
  });

  it("of a stranger is refused before any of it runs", async () => {
    const database = await freshDatabase();
    const [ada, eve] = [await database.newPerson(), await database.newPerson("eve")];
    const api = database.as("api");
    const insert = anySql("insert into app.projects (name) values ('x')");
    const refusals: [string, () => Promise<unknown>, string][] = [
      ["a forged session", async () => {}, "BH401"],
      [
        "an ended session",
        () =>
          database.sql("update auth.sessions set expires_at = now() where user_id = $1", [
            ada.userId,
          ]),
        "BH401",
      ],
    ];
    for (const [what, prepare, code] of refusals) {
      await prepare();
      const credential =
        what === "a forged session"
          ? { kind: "session" as const, proof: sha256("guess") }
          : ada.credential;
      await expect(transact(callerOf(api, { credential }), insert)).rejects.toMatchObject({ code });
    }
    await database.sql("update auth.tenants set status = 'suspended' where id = $1", [
      eve.tenantId,
    ]);
    await expect(transact(callerOf(api, eve), insert)).rejects.toMatchObject({
      code: "BH403",
      message: "tenant.suspended",
    });
    await database.sql("update auth.tenants set status = 'active'");
    await expect(
      transact(callerOf(api, eve, { permission: "project:destroy" }), insert),
    ).rejects.toMatchObject({ code: "BH403", message: "permission.denied" });
    await database.sql("delete from auth.members where user_id = $1", [eve.userId]);
    await expect(transact(callerOf(api, eve), insert)).rejects.toMatchObject({
      code: "BH403",
      message: "tenant.not_member",
    });
    expect(await database.sql("select * from app.projects")).toEqual([]);
  });
});
