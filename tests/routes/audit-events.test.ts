import { AuditEvent } from "@bulkhead/core/audit";
import { describe, expect, it } from "vitest";
import { freshApi, read } from "./support.ts";

async function eventsOf(client: { get(path: string): Promise<Response> }, query: string) {
  const { items } = await client.get(`/v1/audit-events?${query}`).then(read);
  return AuditEvent.array().parse(items);
}

describe("the audit trail", () => {
  it("holds who changed what, before and after, under the request's id", async () => {
    const ada = await (await freshApi()).person();
    const { id } = await ada.newProject("Bridge");
    const headers = { "x-request-id": "request-7" };
    await ada.patch(`/v1/projects/${id}`, { name: "Tower" }, { headers });
    await ada.delete(`/v1/projects/${id}`);

    const events = await eventsOf(ada, `target_type=projects&target_id=${id}`);
    expect(events.map(({ action, operation }) => [action, operation])).toEqual([
      ["project.delete", "delete"],
      ["project.patch", "update"],
      ["project.create", "insert"],
    ]);
    const time = expect.any(String);
    expect(events[1]).toMatchObject({
      actor: `user:${ada.person.userId}`,
      request_id: "request-7",
    });
    // An update's are the columns that it changed; of the others, the whole row.
    expect(events[1]?.before).toEqual({ name: "Bridge", updated_at: time });
    expect(events[1]?.after).toEqual({ name: "Tower", updated_at: time });
    expect([events[0]?.after, events[2]?.before]).toEqual([null, null]);
    for (const row of [events[0]?.before, events[2]?.after]) {
      expect(Object.keys(row ?? {}).toSorted()).toEqual([
        "attributes",
        "created_at",
        "created_by",
        "description",
        "id",
        "name",
        "tenant_id",
        "updated_at",
      ]);
    }
  });

  it("tells that a key was made and revoked, and neither its hash nor when it was used", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const { id } = await api.program(ada, ["project:read"]);
    await ada.delete(`/v1/api-keys/${id}`);

    const events = await eventsOf(ada, "target_type=api_keys");
    expect(events.map(({ action }) => action)).toEqual(["api_key.revoke", "api_key.create"]);
    expect(events[1]?.after).toMatchObject({ token_hash: "[redacted]", revoked_at: null });
    expect(events[1]?.after).not.toHaveProperty("last_used_at");
    expect(events[0]?.before).toEqual({ revoked_at: null });
    expect(events[0]?.after).toEqual({ revoked_at: expect.any(String) });
  });

  it("names the key that acted, and the member who did", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const program = await api.program(ada, ["project:write"]);
    const member = await api.colleague(ada.person, "member");
    await program.newProject("by key");
    await member.newProject("by member");

    const [byKey] = await eventsOf(ada, `actor=key:${program.id}`);
    expect(byKey).toMatchObject({ action: "project.create", after: { name: "by key" } });
    const [byMember] = await eventsOf(ada, `actor=user:${member.person.userId}`);
    expect(byMember).toMatchObject({ after: { name: "by member" } });
  });

  it("is filtered by all that is asked, page by page", async () => {
    const ada = await (await freshApi()).person();
    for (const name of ["a", "b", "c"]) await ada.newProject(name);
    const query = "action=project.create&target_type=projects&limit=2";
    const first = await ada.get(`/v1/audit-events?${query}`).then(read);
    const rest = await eventsOf(ada, `${query}&cursor=${first.next_cursor}`);

    expect(first.items).toHaveLength(2);
    expect(rest.map(({ after }) => after?.name)).toEqual(["a"]);
    expect(await eventsOf(ada, "action=project.create&target_type=jobs")).toEqual([]);
  });
});
