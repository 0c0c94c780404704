import { describe, expect, it } from "vitest";
import { freshApi, outcome, read } from "./support.ts";

describe("trouble", () => {
  it("with the database is 503, and no more is said", async () => {
    const api = await freshApi();
    const nowhere = api.database.as("api", { port: 1 });
    const ada = api.over(nowhere, await api.database.newPerson());

    expect(await outcome(ada.get("/v1/health"))).toBe("503 database.unavailable");
    const answer = await ada.get("/v1/projects");
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await answer.clone().text()).not.toMatch(/127\.0\.0\.1|ECONNREFUSED/);
    expect(await outcome(answer)).toBe("503 service.unavailable");
  });

  it("with a slow request ends it at its deadline, and a retry learns what became of it", async () => {
    const api = await freshApi({ deadlineMilliseconds: 400 });
    const ada = await api.person();
    const { id } = await ada.newProject("warm");
    await api.sql(
      `create function app.sleep() returns trigger language plpgsql as $$ begin perform pg_sleep(0.6); return new; end $$;
       grant execute on function app.sleep() to public;
       create trigger sleep before insert on app.projects for each row execute function app.sleep()`,
    );
    const create = () => ada.post("/v1/projects", { name: "slow" }, { key: "slow" });
    expect(await outcome(create())).toBe("503 request.timed_out");

    await api.sql("drop trigger sleep on app.projects");
    await create().then(read);
    const { items } = await ada.get("/v1/projects").then(read);
    expect(items).toMatchObject([{ name: "slow" }, { id }]);
  });

  it.each(["40001", "40P01"])(
    "that outlasts every try of a transaction is 503: %s",
    async (code) => {
      const api = await freshApi();
      const ada = await api.person();
      await api.sql(
        `create function app.lose() returns trigger language plpgsql as $$ begin raise exception using errcode = '${code}'; end $$;
       grant execute on function app.lose() to public;
       create trigger lose before insert on app.projects for each row execute function app.lose()`,
      );
      const answer = await ada.post("/v1/projects", { name: "unlucky" });
      expect(answer.headers.get("retry-after")).toBe("5");
      expect(await outcome(answer)).toBe("503 service.unavailable");
      expect((await ada.get("/v1/projects").then(read)).items).toEqual([]);
    },
  );

  it("of ours is a 500 that says nothing", async () => {
    const api = await freshApi();
    const ada = await api.person();
    await api.sql("alter table app.projects rename column description to secret_plans");
    const answer = await ada.get("/v1/projects");
    const text = await answer.clone().text();
    expect(await outcome(answer)).toBe("500 internal");
    expect(text).not.toMatch(/description|secret_plans|column|42703/);
  });

  it("is unavailable: health answers 503 without a credential", async () => {
    const api = await freshApi();
    expect(await api.client().get("/v1/health").then(read)).toEqual({ status: "ok" });
  });
});
