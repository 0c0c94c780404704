import { databaseConfig } from "@bulkhead/aws/database";
import { describe, expect, it, vi } from "vitest";

const URL = "postgres://bulkhead_api@db.example:5433/bulkhead?sslmode=verify-full";

describe("a database URL without a password", () => {
  const passwordOf = (config: ReturnType<typeof databaseConfig>) =>
    typeof config.password === "function" ? config.password() : config.password;

  it("logs in with a token for its role, signed once for all connections", async () => {
    const sign = vi.fn(async () => "token");
    const config = databaseConfig(URL, sign);

    expect(await Promise.all([passwordOf(config), passwordOf(config)])).toEqual(["token", "token"]);
    expect(sign).toHaveBeenCalledExactlyOnceWith({
      hostname: "db.example",
      port: 5433,
      username: "bulkhead_api",
    });
  });

  it("signs again after 14 minutes, a minute before RDS stops believing", async () => {
    vi.useFakeTimers();
    const sign = vi.fn(async () => "token");
    const config = databaseConfig(URL, sign);
    await passwordOf(config);
    vi.advanceTimersByTime(14 * 60_000 - 1);
    await passwordOf(config);
    expect(sign).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    await passwordOf(config);
    expect(sign).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  it("does not keep a signature that failed", async () => {
    const sign = vi
      .fn()
      .mockRejectedValueOnce(new Error("no credentials"))
      .mockResolvedValue("token");
    const config = databaseConfig(URL, sign);
    await expect(passwordOf(config)).rejects.toThrow("no credentials");
    expect(await passwordOf(config)).toBe("token");
  });

  it("signs with the SDK what RDS expects", async () => {
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIATEST");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    const token = await passwordOf(databaseConfig(URL));
    expect(token).toMatch(
      /^db\.example:5433\/\?Action=connect&DBUser=bulkhead_api&.*X-Amz-Signature=/,
    );
    vi.unstubAllEnvs();
  });
});

describe("the connection", () => {
  it("verifies the server, and only ever by choice does without TLS", () => {
    expect(databaseConfig(URL).ssl).toEqual({ rejectUnauthorized: true });
    expect(databaseConfig("postgres://a:p%40ss@localhost/b?sslmode=disable")).toMatchObject({
      ssl: false,
      user: "a",
      password: "p@ss",
      port: 5432,
      database: "b",
    });
  });

  it.each([
    "postgres://a:hunter2@db/b",
    "postgres://a:hunter2@db/b?sslmode=require",
    "postgres://a@db/b?sslmode=disable",
  ])("refuses %s in words that repeat no password", (url) => {
    expect(() => databaseConfig(url)).toThrow(/sslmode|verified TLS/);
    expect(() => databaseConfig(url)).not.toThrow(/hunter2/);
  });
});
