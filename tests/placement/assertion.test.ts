import type { Connections } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { anySql } from "../support/caller.ts";
import { DEDICATED, freshPair } from "../support/dedicated.ts";
import { redefine } from "../support/mutation.ts";
import { ask, assertionFor, opened, REFUSED, resigned, scene } from "./assertions.ts";

describe("home's assertion", () => {
  it("names the database, the tenant, the actor, the permission and the expiry, and opens exactly that", async () => {
    const { pair, ada } = await scene();
    const before = Date.now();
    const assertion = await assertionFor(pair, ada);
    const [kind, of, audience, , expires, tenant, status, limit, ...who] = assertion.split("|");
    expect([kind, of, audience, tenant, status, limit]).toEqual([
      "assertion",
      "request",
      DEDICATED,
      ada.tenantId,
      "active",
      "4",
    ]);
    expect(Number(expires) - before).toBeLessThan(17_000);
    expect(who.slice(0, -1)).toEqual([
      `user:${ada.userId}`,
      "owner",
      "project:read",
      "r1",
      "project.list",
    ]);
    const { value } = await ask(
      pair.dedicated.as("api"),
      "select app.open_assertion($1)",
      assertion,
    );
    expect(value).toBe(`${ada.tenantId}|user:${ada.userId}|owner|r1|project.list|project:read|`);
    expect(await opened(pair, assertion)).toBe("sees 1");
  });

  it("opens nothing after a change of one character", async () => {
    const { pair, ada } = await scene();
    const assertion = await assertionFor(pair, ada);
    for (let at = 0; at < assertion.length; at += assertion.length > 200 ? 3 : 1) {
      const other = assertion[at] === "0" ? "1" : "0";
      const tampered = `${assertion.slice(0, at)}${other}${assertion.slice(at + 1)}`;
      expect([at, await opened(pair, tampered)]).toEqual([at, REFUSED]);
    }
    for (const nonsense of [
      "",
      "|",
      "assertion",
      assertion.slice(1),
      `${assertion}0`,
      `${assertion}|`,
    ]) {
      expect([nonsense, await opened(pair, nonsense)]).toEqual([nonsense, REFUSED]);
    }
  });

  it("that is altered opens nothing, and opens the tenant once the signature is not checked", async () => {
    const { pair, ada } = await scene();
    const bob = await pair.newResident("bob");
    const stolen = (await assertionFor(pair, bob)).replaceAll(bob.tenantId, ada.tenantId);
    expect(await opened(pair, stolen)).toBe(REFUSED);
    await redefine(pair.dedicated, "app.verified_assertion", (it) =>
      it.replace("and app.vouched(k.key, assertion)", ""),
    );
    expect(await opened(pair, stolen)).toBe("sees 1");
  });

  it("is valid in the database that it names and in no other, whatever key signed it", async () => {
    const { pair, ada } = await scene();
    const other = await freshPair();
    // Another dedicated database that lets the same tenant in and, by a mistake, holds the same key.
    await other.dedicated.sql("update app.signing_keys set database = 'harbour'");
    const [shared] = await pair.home.sql(
      "select encode(key, 'hex') as key from app.assertion_keys",
    );
    await other.dedicated.sql("delete from app.assertion_keys");
    await other.dedicated.sql(
      "insert into app.assertion_keys (database, generation, key) values ('harbour', 1, decode($1, 'hex'))",
      [shared?.key],
    );
    await other.dedicated.sql(
      "insert into auth.tenants (id, name, slug, placement) values ($1, 'a', 'a', 'harbour')",
      [ada.tenantId],
    );
    const assertion = await assertionFor(pair, ada);
    expect(await opened(pair, assertion, other.dedicated)).toBe(REFUSED);
    expect(await opened(pair, assertion, pair.home)).toBe(REFUSED);

    await redefine(other.dedicated, "app.verified_assertion", (it) =>
      it.replace("and split_part(assertion, '|', 3) = here.database", ""),
    );
    expect(await opened(pair, assertion, other.dedicated)).toBe("sees 0");
  });

  it("expires after seconds, and one from a future beyond clock skew is refused", async () => {
    const { pair, ada } = await scene();
    const assertion = await assertionFor(pair, ada);
    const until = (milliseconds: number) =>
      resigned(pair, assertion, (parts) => {
        parts[4] = String(Date.now() + milliseconds);
      });
    expect(await opened(pair, await until(-1))).toBe(REFUSED);
    expect(await opened(pair, await until(60_000))).toBe(REFUSED);
    expect(await opened(pair, await until(10_000))).toBe("sees 1");

    await redefine(pair.dedicated, "app.verified_assertion", (it) =>
      it.replace("not between now() and", "not between '-infinity' and"),
    );
    expect(await opened(pair, await until(-60_000))).toBe("sees 1");
  });

  it("of one kind is not valid as another", async () => {
    const { pair, ada } = await scene();
    const assertion = await assertionFor(pair, ada);
    for (const kind of ["job", "status", "anything"]) {
      const changed = await resigned(pair, assertion, (parts) => {
        parts[1] = kind;
      });
      expect([kind, await opened(pair, changed)]).toEqual([kind, REFUSED]);
    }
    const worker = pair.databases("worker");
    const { failure } = await ask(
      worker[DEDICATED] as Connections,
      "select * from app.open_asserted_job($1, 1, null)",
      assertion,
    );
    expect(failure?.code).toBe("BH503");
  });

  it("can be used again until it expires, and opens no more than the first time", async () => {
    const { pair, ada } = await scene();
    const assertion = await assertionFor(pair, ada);
    expect([await opened(pair, assertion), await opened(pair, assertion)]).toEqual([
      "sees 1",
      "sees 1",
    ]);

    // What happened at home in between is not heard of before it has expired.
    await pair.home.sql("delete from auth.sessions");
    expect(await opened(pair, assertion)).toBe("sees 1");
    await expect(assertionFor(pair, ada)).rejects.toMatchObject({ code: "BH401" });
    // What its own database knows, it heeds at once.
    await pair.dedicated.sql("update auth.tenants set status = 'suspended', status_at = now()");
    expect(await opened(pair, assertion)).toBe("BH403 tenant.suspended");
  });

  it("appears in no error: errors are written to the log", async () => {
    const { pair, ada } = await scene();
    const assertion = await assertionFor(pair, ada, "project:write");
    const { rows, failure } = await pair
      .databases("api")
      .home.run([
        anySql(
          "select app.open_session($1, 'project:write', 'a', 'r')",
          (ada.credential as { proof: Buffer }).proof,
        ),
        anySql("select * from app.claim('k', sha256('h'))"),
      ]);
    expect(String(rows[0]?.[0]?.[0])).toMatch(/^assertion\|/);
    const tampered = await pair.dedicated
      .as("api")
      .run([anySql("select app.open_assertion($1)", `${assertion}x`)]);
    for (const error of [failure, tampered.failure]) {
      expect(error).toBeDefined();
      expect(JSON.stringify({ ...error, message: error?.message })).not.toContain("assertion|");
    }
  });

  it("that is older than the tenant's status changes nothing, and a new one does", async () => {
    const { pair, ada } = await scene();
    const old = await assertionFor(pair, ada);
    await pair.home.sql("update auth.tenants set job_limit = 9");
    expect(await opened(pair, await assertionFor(pair, ada))).toBe("sees 1");
    expect(await opened(pair, old)).toBe("sees 1");
    const [there] = await pair.dedicated.sql("select job_limit from auth.tenants");
    expect(there?.job_limit).toBe(9);
    const [event] = await pair.dedicated.sql(
      "select actor, action, after ->> 'job_limit' as job_limit from audit.events where action = 'tenant.update'",
    );
    expect(event).toEqual({ actor: "system:home", action: "tenant.update", job_limit: "9" });
  });
});
