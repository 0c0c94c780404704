import type { Connections } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { anySql, callerOf } from "../support/caller.ts";
import { type Person, sha256 } from "../support/database.ts";
import { DEDICATED, freshPair, type Pair } from "../support/dedicated.ts";
import { redefine } from "../support/mutation.ts";

type Failure = { code?: string; message: string };

/** Any SQL of a role, in a transaction of its own: the first value, or the error. */
async function ask(on: Connections, text: string, ...values: unknown[]) {
  const { rows, failure } = await on.run([anySql(text, ...values)]);
  return { value: rows[0]?.[0]?.[0], failure: failure as Failure | undefined };
}

/** What home says to whoever brings this session, for a read unless told otherwise. */
async function wordFor(pair: Pair, person: Person, permission = "project:read"): Promise<string> {
  const { proof } = person.credential as { proof: Buffer };
  const { value, failure } = await ask(
    pair.databases("api").home,
    "select app.open_session($1, $2, 'project.list', 'r1')",
    proof,
    permission,
  );
  if (failure) throw failure;
  return String(value);
}

/** Opens an assertion in the dedicated database and counts the projects that it shows. */
async function opened(pair: Pair, assertion: string, database = pair.dedicated) {
  const { rows, failure } = await database
    .as("api")
    .run([
      anySql("select app.open_assertion($1)", assertion),
      anySql("select count(*)::int from app.projects"),
    ]);
  const refusal = failure as Failure | undefined;
  return refusal ? `${refusal.code} ${refusal.message}` : `sees ${rows[1]?.[0]?.[0]}`;
}

const REFUSED = "BH503 tenant.unreachable";

/** A pair with one tenant in the dedicated database, which has one project, and its session. */
async function scene() {
  const pair = await freshPair();
  const ada = await pair.newResident("ada");
  await pair.dedicated.sql(
    `set session_replication_role = replica;
     insert into app.projects (tenant_id, name, created_by) values ('${ada.tenantId}', 'secret', 'x');
     set session_replication_role = origin`,
  );
  return { pair, ada };
}

/** An assertion with other parts, signed again with the key that both databases hold. */
async function resigned({ home }: Pair, assertion: string, edit: (parts: string[]) => void) {
  const parts = assertion.split("|").slice(0, -1);
  edit(parts);
  const claim = parts.join("|");
  const [row] = await home.sql("select app.vouch(key, $1) as signature from app.assertion_keys", [
    claim,
  ]);
  return `${claim}|${row?.signature}`;
}

describe("home's word", () => {
  it("names the database, the tenant, who acts, what for and until when, and opens exactly that", async () => {
    const { pair, ada } = await scene();
    const before = Date.now();
    const word = await wordFor(pair, ada);
    const [kind, of, audience, , expires, tenant, status, limit, ...who] = word.split("|");
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
    const { value } = await ask(pair.dedicated.as("api"), "select app.open_assertion($1)", word);
    expect(value).toBe(`${ada.tenantId}|user:${ada.userId}|owner|r1|project.list`);
    expect(await opened(pair, word)).toBe("sees 1");
  });

  it("opens nothing when one character of it is another", async () => {
    const { pair, ada } = await scene();
    const word = await wordFor(pair, ada);
    for (let at = 0; at < word.length; at += word.length > 200 ? 3 : 1) {
      const other = word[at] === "0" ? "1" : "0";
      const tampered = `${word.slice(0, at)}${other}${word.slice(at + 1)}`;
      expect([at, await opened(pair, tampered)]).toEqual([at, REFUSED]);
    }
    for (const nonsense of ["", "|", "assertion", word.slice(1), `${word}0`, `${word}|`]) {
      expect([nonsense, await opened(pair, nonsense)]).toEqual([nonsense, REFUSED]);
    }
  });

  it("opens nothing when its signature is not looked at: that is what the check is for", async () => {
    const { pair, ada } = await scene();
    const bob = await pair.newResident("bob");
    const stolen = (await wordFor(pair, bob)).replaceAll(bob.tenantId, ada.tenantId);
    expect(await opened(pair, stolen)).toBe(REFUSED);
    await redefine(pair.dedicated, "app.heard", (it) =>
      it.replace("and app.vouched(k.key, assertion)", ""),
    );
    expect(await opened(pair, stolen)).toBe("sees 1");
  });

  it("is good in the database that it was given for, and in no other, whatever key signed it", async () => {
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
    const word = await wordFor(pair, ada);
    expect(await opened(pair, word, other.dedicated)).toBe(REFUSED);
    expect(await opened(pair, word, pair.home)).toBe(REFUSED);

    await redefine(other.dedicated, "app.heard", (it) =>
      it.replace("and split_part(assertion, '|', 3) = here.database", ""),
    );
    expect(await opened(pair, word, other.dedicated)).toBe("sees 0");
  });

  it("ends after seconds, and one from a future that no clock explains is not believed", async () => {
    const { pair, ada } = await scene();
    const word = await wordFor(pair, ada);
    const until = (milliseconds: number) =>
      resigned(pair, word, (parts) => {
        parts[4] = String(Date.now() + milliseconds);
      });
    expect(await opened(pair, await until(-1))).toBe(REFUSED);
    expect(await opened(pair, await until(60_000))).toBe(REFUSED);
    expect(await opened(pair, await until(10_000))).toBe("sees 1");

    await redefine(pair.dedicated, "app.heard", (it) =>
      it.replace("not between now() and", "not between '-infinity' and"),
    );
    expect(await opened(pair, await until(-60_000))).toBe("sees 1");
  });

  it("of one kind is not good for another", async () => {
    const { pair, ada } = await scene();
    const word = await wordFor(pair, ada);
    for (const kind of ["job", "standing", "anything"]) {
      const changed = await resigned(pair, word, (parts) => {
        parts[1] = kind;
      });
      expect([kind, await opened(pair, changed)]).toEqual([kind, REFUSED]);
    }
    const worker = pair.databases("worker");
    const { failure } = await ask(
      worker[DEDICATED] as Connections,
      "select * from app.open_asserted_job($1, 1, null)",
      word,
    );
    expect(failure?.code).toBe("BH503");
  });

  it("can be used again until it expires, and gets no further than the first time", async () => {
    const { pair, ada } = await scene();
    const word = await wordFor(pair, ada);
    expect([await opened(pair, word), await opened(pair, word)]).toEqual(["sees 1", "sees 1"]);

    // What happened at home in between is not heard of before it has expired.
    await pair.home.sql("delete from auth.sessions");
    expect(await opened(pair, word)).toBe("sees 1");
    await expect(wordFor(pair, ada)).rejects.toMatchObject({ code: "BH401" });
    // What its own database knows, it heeds at once.
    await pair.dedicated.sql("update auth.tenants set status = 'suspended', standing_at = now()");
    expect(await opened(pair, word)).toBe("BH403 tenant.suspended");
  });

  it("is heard of in no error: errors are written to the log", async () => {
    const { pair, ada } = await scene();
    const word = await wordFor(pair, ada, "project:write");
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
      .run([anySql("select app.open_assertion($1)", `${word}x`)]);
    for (const error of [failure, tampered.failure]) {
      expect(error).toBeDefined();
      expect(JSON.stringify({ ...error, message: error?.message })).not.toContain("assertion|");
    }
  });

  it("that is too old for how the tenant stands changes nothing, and a new one does", async () => {
    const { pair, ada } = await scene();
    const old = await wordFor(pair, ada);
    await pair.home.sql("update auth.tenants set job_limit = 9");
    expect(await opened(pair, await wordFor(pair, ada))).toBe("sees 1");
    expect(await opened(pair, old)).toBe("sees 1");
    const [there] = await pair.dedicated.sql("select job_limit from auth.tenants");
    expect(there?.job_limit).toBe(9);
    const [event] = await pair.dedicated.sql(
      "select actor, action, after ->> 'job_limit' as job_limit from audit.events where action = 'tenant.update'",
    );
    expect(event).toEqual({ actor: "system:home", action: "tenant.update", job_limit: "9" });
  });
});

describe("a dedicated database", () => {
  it("lets in no session and no key, not even one that got there", async () => {
    const { pair, ada } = await scene();
    const { proof } = ada.credential as { proof: Buffer };
    const key = sha256("key");
    await pair.dedicated.sql("insert into auth.users (id, name, email) values ($1, 'a', 'a@b.c')", [
      ada.userId,
    ]);
    await pair.dedicated.sql(
      "insert into auth.members (tenant_id, user_id, role) values ($1, $2, 'owner')",
      [ada.tenantId, ada.userId],
    );
    await pair.dedicated.sql(
      "insert into auth.sessions (user_id, token, active_tenant_id, expires_at) values ($1, $2, $3, now() + interval '1 hour')",
      [ada.userId, sha256(proof).toString("hex"), ada.tenantId],
    );
    await pair.dedicated.sql(
      `set session_replication_role = replica;
       insert into app.api_keys (tenant_id, name, prefix, token_hash, scopes, created_by)
       values ('${ada.tenantId}', 'k', 'p', sha256('\\x${key.toString("hex")}'), '{project:read}', 'x');
       set session_replication_role = origin`,
    );
    const on = pair.dedicated.as("api");
    const bring = async () => [
      (await ask(on, "select app.open_session($1, 'project:read', 'a', 'r')", proof)).failure
        ?.message,
      (await ask(on, "select app.open_api_key($1, 'project:read', 'a', 'r')", key)).failure
        ?.message,
    ];
    expect(await bring()).toEqual(["context.elsewhere", "context.elsewhere"]);
    // As if the tenant lived in this database by the name of home, as after a move back.
    await pair.dedicated.sql("update auth.tenants set placement = 'home'");
    expect(await bring()).toEqual(["context.elsewhere", "context.elsewhere"]);

    for (const name of ["app.open_session", "app.open_api_key"]) {
      await redefine(pair.dedicated, name, (it) =>
        it.replace(
          /join app\.signing_keys (\w) on \1\.database = 'home'/,
          "join app.signing_keys $1 on true",
        ),
      );
    }
    expect(await bring()).toEqual([undefined, undefined]);
  });

  it("opens no job for a worker that brings no word of home's", async () => {
    const { pair, ada } = await scene();
    const { failure } = await ask(
      pair.databases("worker")[DEDICATED] as Connections,
      "select * from app.open_job($1, gen_random_uuid(), 1, null, 'r')",
      ada.tenantId,
    );
    expect(failure?.message).toBe("context.elsewhere");
  });

  it("is told nothing of home's other databases, and gives no word itself", async () => {
    const { pair, ada } = await scene();
    expect(await pair.dedicated.sql("select database from app.assertion_keys")).toEqual([
      { database: DEDICATED },
    ]);
    const { value } = await ask(
      pair.databases("worker")[DEDICATED] as Connections,
      "select app.standing($1)",
      ada.tenantId,
    );
    expect(value ?? null).toBeNull();
  });
});

describe("arbitrary SQL of the API's role", () => {
  it("gets no word for another tenant, in either database, with or without a context", async () => {
    const { pair, ada } = await scene();
    const mallory = await pair.newResident("mallory");
    const attempts = [
      `select app.assertion('request', '${ada.tenantId}', 'user:x', 'owner', 'project:read', 'r', 'a')`,
      `select app.standing('${ada.tenantId}')`,
      `select * from app.standings('${DEDICATED}')`,
      `select app.redirect('${ada.tenantId}', true, 'user:x', 'owner', 'project:read', 'a', 'r')`,
      `select * from app.open_job('${ada.tenantId}', gen_random_uuid(), 1, null, 'r')`,
      "select app.vouch('\\x00', 'x')",
      "select key from app.assertion_keys",
      "update app.signing_keys set database = 'home'",
      "insert into app.home_permissions values ('project:read')",
      "update auth.tenants set placement = 'home'",
    ];
    for (const on of [pair.home.as("api"), pair.dedicated.as("api")]) {
      for (const text of attempts) {
        expect([text, (await ask(on, text)).failure?.code]).toEqual([text, "42501"]);
      }
    }
    const word = await wordFor(pair, mallory);
    for (const text of attempts) {
      const { failure } = await pair.dedicated
        .as("api")
        .run([anySql("select app.open_assertion($1)", word), anySql(text)]);
      expect([text, (failure as Failure | undefined)?.code]).toEqual([text, "42501"]);
    }
  });

  it("finds no context at home while its tenant lives elsewhere", async () => {
    const { pair, ada } = await scene();
    await pair.home.sql(
      `set session_replication_role = replica;
       insert into app.projects (tenant_id, name, created_by) values ('${ada.tenantId}', 'left behind', 'x');
       set session_replication_role = origin`,
    );
    const { credential, purpose } = callerOf(pair.home.as("api"), ada, {
      permission: "project:read",
    });
    const { proof } = credential as { proof: Buffer };
    const look = () =>
      pair.home
        .as("api")
        .run([
          anySql("select app.open_session($1, $2, 'a', 'r')", proof, purpose.permission),
          anySql("select app.tenant_id(), count(*)::int from app.projects"),
        ]);
    expect((await look()).rows[1]).toEqual([[null, 0]]);

    await redefine(pair.home, "app.open_session", (it) =>
      it.replace("and t.placement = 'home'", "").replace("if welcome", "if welcome and false"),
    );
    // What is signed all the same does not get past the second look, which is taken out as well.
    expect((await look()).failure).toMatchObject({ code: "40001" });
    await redefine(pair.home, "app.redirect", (it) =>
      it.replace("or app.claimed_tenant() is not null", ""),
    );
    expect((await look()).rows[1]).toEqual([[ada.tenantId, 1]]);
  });
});
