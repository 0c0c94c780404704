import { randomInt } from "node:crypto";
import { expect, it } from "vitest";
import { z } from "zod";
import { freshAuth } from "../../auth/support.ts";
import { absent, type Fields, inputsOf } from "./inputs.ts";
import { watch } from "./rows.ts";
import { type Path, put, textsIn } from "./specimen.ts";

/** Fields that name something, and what of a victim's could stand in them. */
const KINDS: [RegExp, readonly (keyof Names)[]][] = [
  [/(^e|E)mail$/, ["email", "invited"]],
  [/(^s|S)lug$/, ["slug"]],
  [/(^i|I)d$/, ["tenant", "member", "user", "invitation"]],
];

/** Where one is told on purpose that there is such a thing, and why. */
const TOLD: Record<string, string> = {
  "POST /organization/create, slug": "A slug is unique over all tenants: who wants one is told.",
  "POST /organization/update, data.slug":
    "A slug is unique over all tenants: who wants one is told.",
  "POST /organization/check-slug, slug": "It is asked whether a slug is taken, by any tenant.",
};

type Names = Record<
  "tenant" | "slug" | "member" | "user" | "email" | "invitation" | "invited",
  string
>;

type Product = Awaited<ReturnType<typeof freshAuth>>;
type Browser = Awaited<ReturnType<Product["person"]>>;

it("no endpoint of an organization tells another's from one that does not exist, or changes anything of it", async () => {
  const product = await freshAuth();
  const { sql } = product;
  const [ada, eve] = [await product.person("ada"), await product.person("eve")];
  const acme = await organization(ada, "Acme", "acme");
  await ada.post("/organization/invite-member", { email: "bob@example.test", role: "member" });
  await organization(eve, "Own", "own");
  const theirs = await namesOf(sql, acme);
  const layout = { all: [{ sql }] };
  const others = await watch(layout, await tenantsOf(sql, eve), BOOKKEEPING);

  const violations: string[] = [];
  let attacks = 0;
  for (const { name, path, method, schema } of organizationEndpoints(product)) {
    const inputs = inputsOf(name, schema);
    for (const place of inputs.places) {
      const position = `${name}, ${place.path.join(".")}`;
      if (TOLD[position]) continue;
      const ask = (text: string) =>
        asked(eve, method, path, put(inputs.input([], place), place.path, text) as Fields);
      for (const what of kindsOf(place.path)) {
        const [foreign, missing] = [await ask(theirs[what]), await ask(missingOf(theirs[what]))];
        attacks++;
        if (foreign !== missing) {
          violations.push(
            `${position}: the victim's ${what} is ${foreign}, an absent one ${missing}`,
          );
        }
        const changed = await others.changed();
        if (changed.length > 0) violations.push(`${position}: changed ${changed.join(", ")}`);
      }
    }
  }
  console.log(`${attacks} attacks on organizations, ${violations.length} violations.`);
  expect(violations).toEqual([]);
}, 120_000);

/** What is served of organizations, and what each takes. One that takes nothing can be told nothing. */
function organizationEndpoints({ endpoints }: Product) {
  return endpoints.flatMap(({ path, options }) => {
    const method = [options.method].flat()[0] ?? "GET";
    const schema = method === "GET" ? options.query : options.body;
    if (!path?.startsWith("/organization/") || !schema) return [];
    return [{ name: `${method} ${path}`, path, method, schema }];
  });
}

const kindsOf = (path: Path) =>
  KINDS.find(([pattern]) => pattern.test(String(path.at(-1))))?.[1] ?? [];

// The caller has a session and is counted: neither is a tenant's.
const BOOKKEEPING = ["auth.sessions", "auth.rate_limits"];

const missingOf = (value: string) =>
  absent(z.uuid().safeParse(value).success ? "id" : "text", value);

async function organization(browser: Browser, name: string, slug: string): Promise<string> {
  const created = await browser.post("/organization/create", { name, slug });
  return ((await created.json()) as { id: string }).id;
}

/** Everything by which something of the tenant could be named. */
async function namesOf(sql: Product["sql"], tenantId: string): Promise<Names> {
  const [row] = await sql(
    `select t.id as tenant, t.slug, m.id as member, m.user_id as user, u.email, i.id as invitation, i.email as invited
       from auth.tenants t join auth.members m on m.tenant_id = t.id join auth.users u on u.id = m.user_id
       join auth.invitations i on i.tenant_id = t.id
      where t.id = $1`,
    [tenantId],
  );
  return row as Names;
}

async function tenantsOf(sql: Product["sql"], { email }: Browser): Promise<string[]> {
  const rows = await sql(
    "select m.tenant_id from auth.members m join auth.users u on u.id = m.user_id where u.email = $1",
    [email],
  );
  return rows.map(({ tenant_id }) => String(tenant_id));
}

/** The answer, without what differs between any two. Each comes from an address of its own, or it would be too many. */
async function asked(
  browser: Browser,
  method: string,
  path: string,
  fields: Fields,
): Promise<string> {
  const headers = { "x-viewer-ip": `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}` };
  const query = new URLSearchParams(
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])),
  );
  const response =
    method === "GET"
      ? await browser.ask(`${path}?${query}`, { headers })
      : await browser.post(path, fields, headers);
  const names = [...response.headers.keys()].filter((name) => !/^x-(request|trace)-id$/.test(name));
  const sent = [...textsIn(fields)].map(([, text]) => text);
  const text = sent.reduce(
    (rest, each) => rest.replaceAll(each, "sent"),
    (await response.text()).replace(/"request_id":"[^"]*"/, ""),
  );
  return `${response.status} ${names.join()} ${text}`;
}
