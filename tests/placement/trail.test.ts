import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { outcome, read } from "../routes/support.ts";
import { freshApiOverPair } from "../support/dedicated.ts";
import { redefine } from "../support/mutation.ts";

type Event = { id: string; occurred_at: string; action: string };
type Page = { items: Event[]; next_cursor: string | null };

/** A tenant with a database of its own, to which things have happened in turn there and at home. */
async function scene() {
  const api = await freshApiOverPair();
  const { pair } = api;
  // Each database draws its own, and a clone has its template's.
  await pair.dedicated.sql("update app.signing_keys set key = sha256('of its own')");
  const ada = await api.resident("ada");
  for (const name of ["one", "two", "three"]) {
    await ada.newProject(name);
    await ada.post("/v1/api-keys", { name, scopes: ["project:read"] }).then(read);
  }
  await ada.newProject("four");
  const page = (query: string) => ada.get(`/v1/audit-events?${query}`).then(read) as Promise<Page>;
  const eventsIn = async ({ sql }: typeof pair.home) =>
    (await sql("select id from audit.events where tenant_id = $1", [ada.person.tenantId])).map(
      ({ id }) => String(id),
    );
  return { ...api, ada, page, eventsIn };
}

describe("the trail of a tenant with a database of its own", () => {
  it("is one list of what happened there and at home, whatever the size of its pages", async () => {
    const { pair, page, eventsIn } = await scene();
    const both = [await eventsIn(pair.home), await eventsIn(pair.dedicated)];
    expect(both.map(({ length }) => length > 3)).toEqual([true, true]);

    for (const limit of [1, 2, 5, 100]) {
      const listed: Event[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const { items, next_cursor }: Page = await page(
          `limit=${limit}${cursor ? `&cursor=${cursor}` : ""}`,
        );
        expect(items.length).toBeLessThanOrEqual(limit);
        listed.push(...items);
        cursor = next_cursor;
      }
      expect(listed.map(({ id }) => id).sort()).toEqual(both.flat().sort());
      const times = listed.map(({ occurred_at }) => Date.parse(occurred_at));
      expect(times).toEqual([...times].sort((a, b) => b - a));
    }
    const { items } = await page("target_type=api_keys&limit=2");
    expect(items.map(({ action }) => action)).toEqual(["api_key.create", "api_key.create"]);
  });

  it("shows copied events once and none of other tenants, and lacks home's part if home refuses the reader", async () => {
    const { pair, ada, resident, page, eventsIn } = await scene();
    await (await resident("bob")).newProject("secret");
    const there = (await eventsIn(pair.dedicated)).sort();
    const own = [...(await eventsIn(pair.home)), ...there].sort();
    const copied = await pair.dedicated.sql(
      "select to_jsonb(e) as event from audit.events e where tenant_id = $1",
      [ada.person.tenantId],
    );
    for (const { event } of copied) {
      await pair.home.sql(
        "insert into audit.events select * from jsonb_populate_record(null::audit.events, $1)",
        [JSON.stringify(event)],
      );
    }
    const listed = async () => (await page("limit=100")).items.map(({ id }) => id).sort();
    expect(await listed()).toEqual(own);

    await redefine(pair.home, "app.redirect", (it) =>
      it.replace("if asked.at_home then", "if asked.at_home and not asked.elsewhere_too then"),
    );
    expect(await listed()).toEqual(there);
  });

  it("goes on from another tenant's cursor with its own events, and from no malformed one", async () => {
    const { pair, ada, resident, person, page, eventsIn } = await scene();
    const own = [...(await eventsIn(pair.home)), ...(await eventsIn(pair.dedicated))];
    const { next_cursor: adas } = await page("limit=1");
    const [bob, eve] = [await resident("bob"), await person("eve")];
    for (const other of [bob, eve]) {
      await other.newProject("one");
      const { next_cursor } = (await other.get("/v1/audit-events?limit=1").then(read)) as Page;
      const { items } = await page(`limit=100&cursor=${next_cursor}`);
      // Both have been at work after her: all that she has is older.
      expect(items.map(({ id }) => id).sort()).toEqual(own.toSorted());
      const theirs = await other.get(`/v1/audit-events?cursor=${adas}`).then(read);
      expect(theirs.items).toEqual([]);
    }
    const bytes = Buffer.from(String(adas), "base64url");
    const forged = (at: number) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 255;
      return changed.toString("base64url");
    };
    for (const wrong of ["x", forged(0), forged(5), forged(6), `${adas}A`, randomUUID()]) {
      expect(await outcome(ada.get(`/v1/audit-events?cursor=${wrong}`)), wrong).toBe(
        "400 cursor.invalid",
      );
    }
  });

  it("goes on after a move from a cursor that was made before", async () => {
    const { pair, person } = await scene();
    const eve = await person("eve");
    for (const name of ["one", "two"]) {
      await eve.post("/v1/api-keys", { name, scopes: ["project:read"] }).then(read);
    }
    const first = (await eve.get("/v1/audit-events?limit=1").then(read)) as Page;
    const rest = `/v1/audit-events?cursor=${first.next_cursor}`;
    const before = (await eve.get(rest).then(read)) as Page;
    expect(before.items.length).toBeGreaterThan(0);
    await pair.placeTenant(eve.person.tenantId);
    expect(await eve.get(rest).then(read)).toEqual(before);
  });
});
