import { describe, expect, it } from "vitest";
import { type Client, freshApi, outcome, read } from "./support.ts";

type Page = { items: { name: string }[]; next_cursor: string | null };

const query = (fields: Record<string, string>) =>
  `/v1/projects?${new URLSearchParams(fields).toString()}`;

async function names(client: Client, fields: Record<string, string>): Promise<string[]> {
  const page = (await client.get(query(fields)).then(read)) as Page;
  return page.items.map(({ name }) => name);
}

/** Two tenants with projects of the same names. */
async function site() {
  const api = await freshApi();
  const [ada, bob] = [await api.person("ada"), await api.person("bob")];
  const make = (client: Client, name: string, description = "", attributes = {}) =>
    client.post("/v1/projects", { name, description, attributes }).then(read);
  await make(ada, "Bridge of Sighs", "from Venice, of white stone", {
    stage: "live",
    city: "Venice",
  });
  await make(ada, "bridge 100%", "of steel", { stage: "draft" });
  await make(ada, "Ábel's tower", "by the bridge", { "stage.old": "live" });
  await make(bob, "Bridge of Bob", "of white steel", { stage: "live", secret: "yes" });
  return { api, ada, bob };
}

describe("a search", () => {
  it("finds projects by the beginning of their name, the newest first, whatever the letters' size", async () => {
    const { ada } = await site();
    expect(await names(ada, { name_prefix: "BRIDGE" })).toEqual(["bridge 100%", "Bridge of Sighs"]);
    expect(await names(ada, { name_prefix: "bridge of" })).toEqual(["Bridge of Sighs"]);
    expect(await names(ada, { name_prefix: "ábEL" })).toEqual(["Ábel's tower"]);
    // A beginning is no pattern.
    expect(await names(ada, { name_prefix: "bridge 100%" })).toEqual(["bridge 100%"]);
    expect(await names(ada, { name_prefix: "%" })).toEqual([]);
    expect(await names(ada, { name_prefix: "b_idge" })).toEqual([]);
  });

  it("finds projects by the words of name and description", async () => {
    const { ada } = await site();
    expect(await names(ada, { q: "bridge" })).toEqual([
      "Ábel's tower",
      "bridge 100%",
      "Bridge of Sighs",
    ]);
    expect(await names(ada, { q: "stone bridge" })).toEqual(["Bridge of Sighs"]);
    expect(await names(ada, { q: "steel or stone" })).toEqual(["bridge 100%", "Bridge of Sighs"]);
    expect(await names(ada, { q: "bridge -steel -stone" })).toEqual(["Ábel's tower"]);
    expect(await names(ada, { q: '"white stone"' })).toEqual(["Bridge of Sighs"]);
    expect(await names(ada, { q: "bri" })).toEqual([]);
    for (const nonsense of ["!!!", "'", "& | !", '"', "\\", ":*", "or", "-"]) {
      expect([nonsense, await names(ada, { q: nonsense })]).toEqual([nonsense, []]);
    }
  });

  it("finds projects by an attribute's value", async () => {
    const { ada } = await site();
    expect(await names(ada, { attribute: "stage:live" })).toEqual(["Bridge of Sighs"]);
    expect(await names(ada, { attribute: "stage:li" })).toEqual([]);
    expect(await names(ada, { attribute: "stage:" })).toEqual([]);
    expect(await names(ada, { attribute: "stage.old:live" })).toEqual(["Ábel's tower"]);
    expect(await names(ada, { attribute: 'city:Venice" || 1 == 1 || "' })).toEqual([]);
  });

  it("finds what all conditions are true of", async () => {
    const { ada } = await site();
    const all = { name_prefix: "bridge", q: "white", attribute: "stage:live" };
    expect(await names(ada, all)).toEqual(["Bridge of Sighs"]);
    for (const one of [{ name_prefix: "tower" }, { q: "steel" }, { attribute: "stage:draft" }]) {
      expect(await names(ada, { ...all, ...one })).toEqual([]);
    }
    expect(await names(ada, { name_prefix: "bridge", attribute: "stage:draft" })).toEqual([
      "bridge 100%",
    ]);
  });

  it("finds nothing of another tenant, under any condition", async () => {
    const { ada, bob } = await site();
    expect(await names(ada, { attribute: "secret:yes" })).toEqual([]);
    expect(await names(ada, { attribute: "stage:live" })).toEqual(["Bridge of Sighs"]);
    expect(await names(ada, { q: "bob" })).toEqual([]);
    expect(await names(ada, { name_prefix: "bridge of b" })).toEqual([]);
    expect(await names(bob, { q: "bridge" })).toEqual(["Bridge of Bob"]);
  });

  it("goes on page by page with a cursor that is good for this search alone", async () => {
    const { ada, bob } = await site();
    const first = (await ada.get(query({ q: "bridge", limit: "2" })).then(read)) as Page;
    const cursor = String(first.next_cursor);
    expect(await names(ada, { q: "bridge", limit: "2", cursor })).toEqual(["Bridge of Sighs"]);

    const others: Record<string, string>[] = [
      {},
      { q: "bridge of" },
      { q: "bridge", attribute: "stage:live" },
      { name_prefix: "bridge" },
      { attribute: "q:bridge" },
    ];
    for (const fields of others) {
      expect([fields, await outcome(ada.get(query({ ...fields, cursor })))]).toEqual([
        fields,
        "400 cursor.invalid",
      ]);
    }
    expect(await names(bob, { q: "bridge", cursor })).not.toContain("Bridge of Sighs");
    const { next_cursor } = (await ada.get("/v1/projects?limit=1").then(read)) as Page;
    expect(await outcome(ada.get(query({ q: "bridge", cursor: String(next_cursor) })))).toBe(
      "400 cursor.invalid",
    );
  });

  it("refuses what nothing can be found by", async () => {
    const ada = await (await freshApi()).person();
    const useless: Record<string, string>[] = [
      { name_prefix: "" },
      { name_prefix: "x".repeat(201) },
      { q: "" },
      { attribute: "" },
      { attribute: "stage" },
      { attribute: ":x" },
      { attribute: "1:x" },
      { attribute: `a:${"x".repeat(501)}` },
      { name: "x" },
    ];
    for (const fields of useless) {
      expect([fields, await outcome(ada.get(query(fields)))]).toEqual([
        fields,
        "400 request.invalid",
      ]);
    }
    for (const field of ["name_prefix=%00", "q=a%00", "attribute=a:%00"]) {
      expect([field, await outcome(ada.get(`/v1/projects?${field}`))]).toEqual([
        field,
        "400 request.unsupported_character",
      ]);
    }
  });
});

describe("attributes of a project", () => {
  it("are kept as they were given, and replaced as a whole", async () => {
    const ada = await (await freshApi()).person();
    const attributes = { stage: "live", Owner_2: 'a "quoted" ü \n' };
    const created = await ada.post("/v1/projects", { name: "Bridge", attributes }).then(read);
    expect(created.attributes).toEqual(attributes);
    const path = `/v1/projects/${created.id}`;
    expect((await ada.patch(path, { name: "Tower" }).then(read)).attributes).toEqual(attributes);
    const patched = await ada.patch(path, { attributes: { stage: "draft" } }).then(read);
    expect(patched).toMatchObject({ name: "Tower", attributes: { stage: "draft" } });
    await ada.patch(path, { attributes: {} });
    expect((await ada.get(path).then(read)).attributes).toEqual({});
    expect((await ada.newProject("plain")).attributes).toEqual({});
  });

  it("are texts, few and short", async () => {
    const ada = await (await freshApi()).person();
    const many = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`k${index}`, "v".repeat(500)]),
      );
    const tried = (attributes: unknown) =>
      outcome(ada.post("/v1/projects", { name: "x", attributes }));
    expect(await tried(many(50))).toBe("201");
    for (const attributes of [
      many(51),
      { "": "x" },
      { "1st": "x" },
      { "a:b": "x" },
      { ["k".repeat(65)]: "x" },
      { k: "v".repeat(501) },
      { k: 1 },
      { k: { deep: "x" } },
      { k: null },
      ["x"],
      "x",
      null,
    ]) {
      expect([attributes, await tried(attributes)]).toEqual([attributes, "400 request.invalid"]);
    }
    for (const attributes of [{ k: "\0" }, { k: "\ud800" }]) {
      expect(await tried(attributes)).toBe("400 request.unsupported_character");
    }
  });

  it("are bounded by the database too, for every role that writes them", async () => {
    const { tamper } = await freshApi();
    const insert = (attributes: string) =>
      tamper(
        `insert into app.projects (tenant_id, name, created_by, attributes)
         values (gen_random_uuid(), 'x', 'user:test', ${attributes})`,
      );
    await expect(insert(`'[]'`)).rejects.toMatchObject({ constraint: "attributes_are_few" });
    await expect(
      insert(`(select jsonb_object_agg(i, md5(i::text)) from generate_series(1, 2000) i)`),
    ).rejects.toMatchObject({ constraint: "attributes_are_few" });
  });
});
