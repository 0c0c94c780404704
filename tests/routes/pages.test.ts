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

  it("shows 20 things to whoever does not say how many", async () => {
    const api = await freshApi();
    const ada = await api.person();
    for (let n = 0; n < 21; n++) await ada.newProject(`p${n}`);
    expect(((await ada.get("/v1/projects").then(read)) as Page).items).toHaveLength(20);
  });

  it("refuses a cursor that is forged, another tenant's, or another list's", async () => {
    const api = await freshApi();
    const [ada, bob] = [await api.person("ada"), await api.person("bob")];
    await ada.newProject("one");
    await ada.newProject("two");
    const { next_cursor } = (await ada.get("/v1/projects?limit=1").then(read)) as Page;
    const cursor = String(next_cursor);
    const forged = `${cursor.startsWith("A") ? "B" : "A"}${cursor.slice(1)}`;

    expect(await outcome(ada.get(`/v1/projects?cursor=${cursor}`))).toBe("200");
    for (const asking of [
      ada.get(`/v1/projects?cursor=${forged}`),
      ada.get("/v1/projects?cursor="),
      ada.get("/v1/projects?cursor=MQ"),
      bob.get(`/v1/projects?cursor=${cursor}`),
      ada.get(`/v1/audit-events?cursor=${cursor}`),
    ]) {
      expect(await outcome(asking)).toBe("400 cursor.invalid");
    }
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
