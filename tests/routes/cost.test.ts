import { type Connections, transact } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { anySql, callerOf } from "../support/caller.ts";
import { proxyTo } from "../support/proxy.ts";
import { freshApi, read } from "./support.ts";

type Command = Parameters<Connections["run"]>[0][number];

describe("a request", () => {
  it("is one round trip to the database, whatever it does", async () => {
    const api = await freshApi();
    const proxy = await proxyTo(api.database);
    const ada = api.over(
      api.database.as("api", { port: proxy.port, max: 1 }),
      await api.database.newPerson(),
    );
    const { id } = await ada.newProject("Bridge");
    const job = await ada.post(`/v1/projects/${id}/exports`).then(read);

    const requests = {
      list: () => ada.get("/v1/projects"),
      find: () => ada.get(`/v1/projects/${id}`),
      job: () => ada.get(`/v1/jobs/${job.id}`),
      audit: () => ada.get("/v1/audit-events?action=project.create"),
      create: () => ada.post("/v1/projects", { name: "x" }),
      replay: () => ada.post("/v1/projects", { name: "x" }, { key: "1" }),
      export: () => ada.post(`/v1/projects/${id}/exports`),
      key: () => ada.post("/v1/api-keys", { name: "x", scopes: ["project:read"] }),
      missing: () => ada.delete(`/v1/projects/${job.id}`),
    };
    for (const [name, ask] of Object.entries(requests)) {
      for (let time = 0; time < 2; time++) {
        proxy.reset();
        const { status } = await ask();
        expect([name, status < 500, proxy.roundTrips(), proxy.syncs()]).toEqual([name, true, 1, 1]);
      }
    }
  });
});

describe("a list", () => {
  it.each([
    ["/v1/projects", "api_key:manage"],
    ["/v1/jobs?state=failed", "job:read"],
    ["/v1/api-keys", "api_key:manage"],
    ["/v1/audit-events?action=project.create", "audit:read"],
  ])("is one range of its index: %s", async (path, permission) => {
    const seen: Command[] = [];
    const api = await freshApi();
    const home = api.database.as("api", { max: 1 });
    const spy: Connections = {
      ...home,
      run(commands, signal) {
        seen.push(...commands);
        return home.run(commands, signal);
      },
    };
    const ada = api.over(spy, await api.database.newPerson());
    expect((await ada.get(path)).status).toBe(200);

    const { text = "", values = [] } = seen.at(-1) ?? {};
    const { results } = await transact(
      callerOf(home, ada.person, { permission }),
      // Ten rows are read fastest from the table itself: this asks how a million would be.
      anySql("select set_config('enable_seqscan', 'off', true)"),
      anySql(`explain (costs off) ${text}`, ...values),
      anySql(`explain (costs off, verbose) ${text}`, ...values),
    );
    const plan = results[1].join("\n");
    // Straight from the index, in its order: from the place in its list, in its tenant.
    expect(plan).toMatch(
      /WindowAgg\n +-> +Subquery Scan on listed\n +-> +Limit\n(?: +InitPlan \d+\n +-> .+\n(?:(?! +InitPlan| +-> +Index Scan).+\n)*)+ +-> +Index Scan using \w+ on \w+\n +Index Cond: \(\(tenant_id = .+\) AND \(ROW\(\w+_at, id\) < ROW\(/,
    );
    // The next cursor is written once, where the one answer is put together.
    const whole = results[2].join("\n");
    expect(whole).toMatch(/^Nested Loop.*\n +Output: json_build_object\(.+translate\(encode\(/);
    expect(whole.match(/encode\(/g)).toHaveLength(1);
  });
});
