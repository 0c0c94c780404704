import { format } from "node:util";
import { describeError, logger, redactText } from "@bulkhead/telemetry";
import { DatabaseError } from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { freshAuth, ORIGIN_SECRET, PASSWORD, SECRET } from "./support.ts";

describe("the log", () => {
  const lines: string[] = [];
  const level = logger.getLevelName();
  beforeEach(() => {
    lines.length = 0;
    logger.setLogLevel("DEBUG");
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((line) => lines.push(String(line)) > 0);
    }
    // Vitest's console writes to neither.
    for (const method of ["debug", "error", "info", "log", "trace", "warn"] as const) {
      vi.spyOn(console, method).mockImplementation((...args) => lines.push(format(...args)));
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
    logger.setLogLevel(level);
  });

  it("contains no credential, not even of a failed statement", async () => {
    const { person, sql, letterTo } = await freshAuth();
    const ada = await person();
    await ada.post("/request-password-reset", { email: ada.email });
    const reset = letterTo(ada.email).match(/#token=(\S+)/)?.[1] ?? "no reset token";
    const [row] = await sql(
      "select s.token, a.password from auth.sessions s join auth.accounts a using (user_id)",
    );
    await sql(
      "revoke select, insert, update, delete on auth.sessions, auth.verifications, auth.accounts from bulkhead_auth",
    );

    await ada.get("/list-sessions");
    await ada.post("/sign-in/email", { email: ada.email, password: PASSWORD });
    await ada.get(`/reset-password/${reset}?callbackURL=%2Freset`);
    await ada.post("/reset-password", { token: reset, newPassword: "another fine password" });
    await ada.post("/sign-up/email", {
      name: "Bob\0",
      email: "bob@example.test",
      password: PASSWORD,
    });

    const log = lines.join("\n");
    expect(log).toContain("request failed");
    expect(log).not.toContain("params:");
    for (const secret of [
      PASSWORD,
      SECRET,
      ORIGIN_SECRET,
      "another fine password",
      reset,
      ada.token(),
      String(row?.token),
      String(row?.password),
    ]) {
      expect(log).not.toContain(secret);
    }
  });

  it("has a scope and a request on every line, also when a joined table cannot be read", async () => {
    const { person, sql } = await freshAuth();
    const ada = await person();
    await ada.post("/organization/create", { name: "Acme", slug: "acme" });
    lines.length = 0;
    await sql("revoke select on auth.users, auth.accounts, auth.members from bulkhead_auth");
    for (const answer of [
      await ada.get("/get-session"),
      await ada.get("/organization/get-full-organization"),
      await ada.post("/sign-in/email", { email: ada.email, password: PASSWORD }),
    ]) {
      expect(answer.status).toBe(500);
    }

    const written = lines.flatMap((line) => line.trim().split("\n"));
    expect(written.length).toBeGreaterThan(2);
    for (const line of written) {
      expect(line).toMatch(/^\{.*\}$/);
      expect(JSON.parse(line)).toMatchObject({ scope: "identity", requestId: expect.any(String) });
      expect(line).not.toContain(ada.email);
    }
  });

  it("hides fields by their names and credentials by their looks", () => {
    logger.info("look", {
      authorization: "Bearer abc",
      "x-origin-secret": "abc",
      sessionToken: "abc",
      nested: { cookie: "abc", password: "abc" },
      url: "postgres://bulkhead_api:abc@host/db?sslmode=verify-full",
      said: `key bh_${"abc".repeat(14)} and link https://x/?X-Amz-Signature=abc&token=abc`,
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain("abc");
    expect(lines[0]).toContain("bulkhead_api:***@host");
  });
});

describe("an error in the log", () => {
  it("keeps where it happened and loses what was in the statement", () => {
    const cause = Object.assign(
      new DatabaseError('invalid input syntax for type uuid: "s3cret"', 1, "error"),
      {
        code: "22P02",
        detail: "Key (email)=(s3cret) exists",
        where: "unnamed portal parameter $1 = 's3cret'",
        table: "users",
      },
    );
    const error = Object.assign(new Error("Failed query: select $1\nparams: s3cret,2", { cause }), {
      params: ["s3cret"],
    });
    const described = describeError(error);

    expect(JSON.stringify(described)).not.toContain("s3cret");
    expect(described).toMatchObject({
      message: "Failed query: select $1",
      cause: { code: "22P02", table: "users" },
    });
    expect(described.stack?.[0]).toMatch(/^at /);
  });

  it("survives causes that go round in circles", () => {
    const error = new Error("round");
    error.cause = error;
    expect(JSON.stringify(describeError(error))).toContain("round");
  });

  it("has room for what is no error", () => {
    expect(describeError("Bearer abcdefghijkl")).toEqual({ name: "string", message: "Bearer ***" });
    expect(redactText("nothing to hide")).toBe("nothing to hide");
  });
});
