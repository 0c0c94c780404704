import { describe, expect, it } from "vitest";
import { freshAuth } from "./support.ts";

async function acme() {
  const product = await freshAuth();
  const [ada, bob] = [await product.person("ada"), await product.person("bob")];
  await ada.post("/organization/create", { name: "Acme", slug: "acme" });
  const trail = () =>
    product.sql(
      "select action, actor, request_id from audit.events where tenant_id = (select id from auth.tenants where slug = 'acme') order by occurred_at",
    );
  const actorOf = async (person: typeof ada) => `user:${(await person.session())?.user.id}`;
  return { ...product, ada, bob, trail, actorOf };
}

describe("the trail of a tenant's people", () => {
  it("names the user and the request behind each change", async () => {
    const { ada, bob, trail, actorOf, letterTo } = await acme();
    const headers = { "x-request-id": "invite-1" };
    await ada.post("/organization/invite-member", { email: bob.email, role: "member" }, headers);
    const invitationId = letterTo(bob.email).match(/\/invitation\/#id=(\S+)/)?.[1];
    await bob.post("/organization/accept-invitation", { invitationId });

    const [adas, bobs] = [await actorOf(ada), await actorOf(bob)];
    expect((await trail()).map(({ action, actor }) => [action, actor])).toEqual([
      ["tenant.insert", adas],
      ["member.insert", adas],
      ["invitation.insert", adas],
      ["invitation.update", bobs],
      ["member.insert", bobs],
    ]);
    expect(await trail()).toContainEqual(
      expect.objectContaining({ action: "invitation.insert", request_id: "invite-1" }),
    );
  });

  it("never lends one user's name to another on the same connection", async () => {
    const { ada, bob, sql } = await acme();
    for (let round = 0; round < 3; round++) {
      for (const person of [ada, bob]) {
        const slug = `${person.email.split("@")[0]}-${round}`;
        await person.post("/organization/create", { name: slug, slug });
      }
    }
    const strangers = await sql(
      `select t.slug from audit.events e join auth.tenants t on t.id = e.target_id and e.action = 'tenant.insert' and not t.personal
        where not exists (select from auth.members m where m.tenant_id = t.id and 'user:' || m.user_id = e.actor)`,
    );
    expect(strangers).toEqual([]);
  });

  it("names the function itself for a change without a session", async () => {
    const { sql } = await acme();
    expect(
      await sql("select distinct actor from audit.events where after ->> 'personal' = 'true'"),
    ).toEqual([{ actor: "system:auth" }]);
  });
});
