import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { freshAuth } from "./support.ts";

type Tenant = { id: string; slug: string };

describe("a tenant", () => {
  it("is active for its creator, who can switch back to the earlier one", async () => {
    const { person } = await freshAuth();
    const ada = await person();
    const personal = (await ada.session())?.session.activeOrganizationId;

    const created = await ada.post("/organization/create", { name: "Acme", slug: "acme" });
    expect(created.status).toBe(200);
    const acme = (await created.json()) as Tenant;
    expect((await ada.session())?.session.activeOrganizationId).toBe(acme.id);

    await ada.post("/organization/set-active", { organizationId: personal });
    expect((await ada.session())?.session.activeOrganizationId).toBe(personal);
  });

  it("of another cannot be entered, and looks exactly like one that does not exist", async () => {
    const { person } = await freshAuth();
    const ada = await person("ada");
    const eve = await person("eve");
    const acme = (await (
      await ada.post("/organization/create", { name: "Acme", slug: "acme" })
    ).json()) as Tenant;
    const home = (await eve.session())?.session.activeOrganizationId;

    const answers = await Promise.all(
      [
        { organizationId: acme.id },
        { organizationId: randomUUID() },
        { organizationId: "nonsense" },
        { organizationSlug: "acme" },
        { organizationSlug: "no-such-slug" },
      ].map(async (named) => {
        const response = await eve.post("/organization/set-active", named);
        const { request_id: _, ...body } = (await response.json()) as { request_id: string };
        return { status: response.status, body };
      }),
    );
    expect(answers[0]).toMatchObject({ status: 404, body: { code: "ORGANIZATION_NOT_FOUND" } });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await eve.session())?.session.activeOrganizationId).toBe(home);
  });

  it("of another gives away neither its members nor its name", async () => {
    const { person } = await freshAuth();
    const ada = await person("ada");
    const eve = await person("eve");
    const acme = (await (
      await ada.post("/organization/create", { name: "Acme", slug: "acme" })
    ).json()) as Tenant;

    for (const path of [
      `/organization/get-full-organization?organizationId=${acme.id}`,
      "/organization/get-full-organization?organizationSlug=acme",
      `/organization/list-members?organizationId=${acme.id}`,
      `/organization/list-invitations?organizationId=${acme.id}`,
    ]) {
      const response = await eve.get(path);
      expect(response.status, path).toBe(404);
      expect(await response.text()).not.toContain("Acme");
    }
    for (const [path, body] of [
      ["/organization/update", { organizationId: acme.id, data: { name: "Mine" } }],
      ["/organization/delete", { organizationId: acme.id }],
      [
        "/organization/invite-member",
        { organizationId: acme.id, email: "x@example.test", role: "owner" },
      ],
    ] as const) {
      expect((await eve.post(path, body)).status, path).toBe(404);
    }
  });

  it("is joined by an invitation sent to one's address", async () => {
    const { person, letterTo } = await freshAuth();
    const ada = await person("ada");
    const bob = await person("bob");
    const eve = await person("eve");
    const acme = (await (
      await ada.post("/organization/create", { name: "Acme", slug: "acme" })
    ).json()) as Tenant;

    const invited = await ada.post("/organization/invite-member", {
      email: bob.email,
      role: "member",
    });
    expect(invited.status).toBe(200);
    const invitationId = letterTo(bob.email).match(/\/invitation\/#id=(\S+)/)?.[1];

    expect((await eve.post("/organization/accept-invitation", { invitationId })).status).toBe(404);
    expect((await bob.post("/organization/accept-invitation", { invitationId })).status).toBe(200);
    expect((await bob.session())?.session.activeOrganizationId).toBe(acme.id);
  });
});
