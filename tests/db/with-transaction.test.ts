import { setTimeout as sleep } from "node:timers/promises";
import { transact, withTransaction } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { anySql, callerOf, listProjects } from "../support/caller.ts";
import { freshDatabase } from "../support/database.ts";
import { proxyTo } from "../support/proxy.ts";
import { backendOf } from "../support/watched.ts";

async function acme(port?: number, database?: Awaited<ReturnType<typeof freshDatabase>>) {
  const own = database ?? (await freshDatabase());
  const api = own.as("api", { max: 1, ...(port && { port }) });
  const caller = callerOf(api, await own.newPerson());
  await transact(caller, anySql("insert into app.projects (name) values ('1')"));
  const name = async () => (await transact(caller, listProjects())).results[0][0]?.name;
  return { database: own, api, caller, name };
}

const read = anySql("select name from app.projects for update");
const write = (name: string) => anySql("update app.projects set name = $1", name);

describe("a transaction of several round trips", () => {
  it("reads, thinks and writes in one transaction", async () => {
    const database = await freshDatabase();
    const caller = callerOf(database.as("api"), await database.newPerson());
    await transact(caller, anySql("insert into app.projects (name) values ('1')"));
    const increment = () =>
      withTransaction(caller, async ({ run, last }) => {
        const [row] = await run(read);
        await last(write(String(Number(row?.[0]) + 1)));
      });
    await Promise.all([increment(), increment(), increment(), increment()]);
    expect((await transact(caller, listProjects())).results[0][0]?.name).toBe("5");
  });

  it("commits what it did when nothing was said to be the last", async () => {
    const { caller, name, api } = await acme();
    const backend = await backendOf(api);
    const answer = await withTransaction(caller, async ({ run }) => {
      await run(write("2"));
      return "done";
    });
    expect([answer, await name()]).toEqual(["done", "2"]);
    expect(await backendOf(api)).toBe(backend);
  });

  it("keeps nothing when it throws, and takes its connection with it", async () => {
    const { caller, name, api } = await acme();
    const backend = await backendOf(api);
    const halfway = withTransaction(caller, async ({ run }) => {
      await run(write("2"));
      throw new Error("the power went out");
    });
    await expect(halfway).rejects.toThrow("the power went out");
    expect(await name()).toBe("1");
    expect(await backendOf(api)).not.toBe(backend);
  });

  it("does not succeed over an error that it swallowed", async () => {
    const { caller, name } = await acme();
    const swallowing = withTransaction(caller, async ({ run }) => {
      await run(write("2"));
      await run(anySql("select 1 / 0")).catch(() => {});
      return "done";
    });
    await expect(swallowing).rejects.toMatchObject({ code: "22012" });
    const refused = withTransaction(
      { ...caller, purpose: { ...caller.purpose, permission: "none" } },
      ({ run }) => run(read).catch(() => "done"),
    );
    await expect(refused).rejects.toMatchObject({ code: "BH403" });
    expect(await name()).toBe("1");
  });

  it("is over after its last word", async () => {
    const { caller, name } = await acme();
    const late = withTransaction(caller, async ({ run, last }) => {
      await last(write("2"));
      await run(write("3"));
    });
    await expect(late).rejects.toThrow("committed already");
    expect(await name()).toBe("2");
  });

  it("leaves no context to the next user of its connection", async () => {
    const { caller, api } = await acme();
    await withTransaction(caller, ({ last }) => last(anySql("set work_mem = '123MB'")));
    const { rows } = await api.run([anySql("select app.tenant_id()")]);
    expect(rows).toEqual([[[null]]]);
    const { results } = await transact(caller, anySql("select current_setting('work_mem')"));
    expect(results[0]).toEqual([["4MB"]]);
  });

  it("is lost, and nothing else is, when its server dies while it thinks", async () => {
    const database = await freshDatabase();
    const proxy = await proxyTo(database);
    const { caller, name } = await acme(proxy.port, database);
    const kills = [
      () =>
        database.sql(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bulkhead_api' and datname = current_database()",
        ),
      async () => proxy.cut(),
    ];
    for (const kill of kills) {
      const lost = withTransaction(caller, async ({ run, last }) => {
        await run(write("2"));
        await kill();
        await sleep(50);
        await last(write("3"));
      });
      await expect(lost).rejects.toThrow();
      expect(await name()).toBe("1");
    }
  });

  it("ends when its request is cancelled", async () => {
    const { caller, name } = await acme();
    const controller = new AbortController();
    const cancelled = withTransaction({ ...caller, signal: controller.signal }, async ({ run }) => {
      await run(write("2"));
      setTimeout(() => controller.abort(), 50);
      await run(anySql("select pg_sleep(5)"));
    });
    await expect(cancelled).rejects.toThrow("cancelled");
    await sleep(300);
    expect(await name()).toBe("1");
  });
});
