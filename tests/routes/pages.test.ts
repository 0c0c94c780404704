import { describe, expect, it } from "vitest";
import { type Client, freshApi, outcome, read } from "./support.ts";

type Page = { items: { id: string; name: string }[]; next_cursor: string | null };

async function walk(client: Client, limit: number): Promise<Page["items"][]> {
  const pages: Page["items"][] = [];
  let cursor: string | null = "";
  do {
    const place: string = cursor ? `&cursor=${cursor}` : "";
    const page = (await client.get(`/v1/projects?limit=${limit}${place}`).then(read)) as Page;
    pages.push(page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return pages;
}

describe("a list", () => {
  it("shows everything once, in order, when all of it is equally old", async () => {
    const api = await freshApi();
    const ada = await api.person();
    await api.tamper(
      `insert into app.projects (tenant_id, name, created_by, created_at)
       select '${ada.person.tenantId}', 'p' || n, 'user:test',
              timestamptz '2026-01-01 00:00:00.000001+00' + (n / 20) * interval '1 microsecond'
         from generate_series(1, 45) n`,
    );
    const stored = await api.sql("select id from app.projects order by created_at desc, id desc");

    const pages = await walk(ada, 10);
    expect(pages.map((page) => page.length)).toEqual([10, 10, 10, 10, 5]);
    expect(pages.flat().map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
  });

  it("has no next page after exactly one page", async () => {
    const ada = await (await freshApi()).person();
    await ada.newProject("one");
    await ada.newProject("two");
    expect(await walk(ada, 2)).toHaveLength(1);
    expect((await walk(ada, 1)).map((page) => page.map(({ name }) => name))).toEqual([
      ["two"],
      ["one"],
    ]);
  });

  it("shows 20 items without a limit", async () => {
    const api = await freshApi();
    const ada = await api.person();
    for (let n = 0; n < 21; n++) await ada.newProject(`p${n}`);
    expect(((await ada.get("/v1/projects").then(read)) as Page).items).toHaveLength(20);
  });

  it("goes on, after another tenant's cursor, with rows of the caller's own", async () => {
    const api = await freshApi();
    const [ada, bob] = [await api.person("ada"), await api.person("bob")];
    for (const name of ["a1", "a2"]) await ada.newProject(name);
    for (const name of ["b1", "b2"]) await bob.newProject(name);
    for (const name of ["a3", "a4"]) await ada.newProject(name);
    const { next_cursor } = (await bob.get("/v1/projects?limit=1").then(read)) as Page;

    const page = (await ada.get(`/v1/projects?cursor=${next_cursor}`).then(read)) as Page;
    expect(page.items.map(({ name }) => name)).toEqual(["a2", "a1"]);
  });

  it("refuses a cursor that is malformed, out of range, of another list or of other filters", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const { id } = await ada.newProject("one");
    for (const name of ["two", "three"]) await ada.newProject(name);
    for (let n = 0; n < 2; n++) await ada.post(`/v1/projects/${id}/exports`);
    const cursorOf = async (list: string) =>
      String(((await ada.get(list).then(read)) as Page).next_cursor);
    const cursor = await cursorOf("/v1/projects?limit=1");
    expect(cursor).toMatch(/^[A-Za-z0-9_-]{40}$/);
    expect(await outcome(ada.get(`/v1/projects?cursor=${cursor}`))).toBe("200");
    expect(await outcome(ada.get(`/v1/projects?limit=7&cursor=${cursor}`))).toBe("200");

    const bytes = Buffer.from(cursor, "base64url");
    const forged = (at: number, ...values: number[]) => {
      const copy = Buffer.from(bytes);
      copy.set(values, at);
      return `/v1/projects?cursor=${copy.toString("base64url")}`;
    };
    const actor = encodeURIComponent(`user:${ada.person.userId}`);
    const queued = await cursorOf("/v1/jobs?state=queued&limit=1");
    const created = await cursorOf("/v1/audit-events?action=project.create&limit=1");
    for (const path of [
      "/v1/projects?cursor=",
      "/v1/projects?cursor=MQ",
      `/v1/projects?cursor=${cursor.slice(1)}`,
      `/v1/projects?cursor=${cursor}A`,
      `/v1/projects?cursor=${cursor.slice(1)}%2B`,
      forged(0, (bytes[0] ?? 0) ^ 1),
      forged(5, (bytes[5] ?? 0) ^ 128),
      // Before the year 2000, after 9999, and at either end of what 8 bytes hold.
      forged(6, 255, 255, 255, 255, 255, 255, 255, 255),
      forged(6, 3, 255, 255, 255, 255, 255, 255, 255),
      forged(6, 127, 255, 255, 255, 255, 255, 255, 255),
      forged(6, 128, 0, 0, 0, 0, 0, 0, 0),
      `/v1/audit-events?cursor=${cursor}`,
      `/v1/projects?q=one&cursor=${cursor}`,
      `/v1/jobs?cursor=${queued}`,
      `/v1/jobs?state=failed&cursor=${queued}`,
      `/v1/audit-events?cursor=${created}`,
      `/v1/audit-events?actor=${actor}&action=project.create&cursor=${created}`,
      `/v1/audit-events?target_type=project.create&cursor=${created}`,
    ]) {
      expect([path, await outcome(ada.get(path))]).toEqual([path, "400 cursor.invalid"]);
    }
    for (const path of [
      `/v1/jobs?state=queued&cursor=${queued}`,
      `/v1/audit-events?cursor=${created}&action=project.create`,
      // A place that no row is at, which is a place all the same.
      forged(6, 0, 0, 0, 0, 0, 0, 0, 0),
      forged(14, ...Buffer.alloc(16)),
    ]) {
      expect([path, await outcome(ada.get(path))]).toEqual([path, "200"]);
    }
  });

  it("refuses a bad cursor after the credential, and without asking for the list", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const reader = await api.program(ada, ["project:read"]);
    const asked: string[] = [];
    const home = api.database.as("api");
    const watched = api.over(
      {
        ...home,
        run(commands, signal) {
          asked.push(...commands.flatMap(({ name, text }) => (name ? [text] : [])));
          return home.run(commands, signal);
        },
      },
      ada.person,
    );
    const paths = ["/v1/projects", "/v1/jobs", "/v1/audit-events", "/v1/api-keys"];
    for (const path of paths.map((path) => `${path}?cursor=bad`)) {
      expect([path, await outcome(api.client().get(path))]).toEqual([
        path,
        "401 credential.missing",
      ]);
      expect([path, await outcome(watched.get(path))]).toEqual([path, "400 cursor.invalid"]);
    }
    expect(asked).toEqual([]);
    expect(await outcome(reader.get("/v1/projects?cursor=bad"))).toBe("400 cursor.invalid");
    expect(await outcome(reader.get("/v1/jobs?cursor=bad"))).toBe("403 permission.denied");
    await api.sql("delete from auth.sessions");
    expect(await outcome(ada.get("/v1/projects?cursor=bad"))).toMatch(/^401 /);
    expect(await outcome(ada.get("/v1/audit-events?cursor=bad"))).toMatch(/^401 /);
  });

  it("refuses a limit outside of 1 to 100, given twice, or that is no number", async () => {
    const ada = await (await freshApi()).person();
    for (const query of [
      "limit=0",
      "limit=101",
      "limit=-1",
      "limit=1.5",
      "limit=many",
      "limit=",
      "limit=1&limit=2",
      "limit=1e99",
    ]) {
      expect([query, await outcome(ada.get(`/v1/projects?${query}`))]).toEqual([
        query,
        "400 request.invalid",
      ]);
    }
  });
});
