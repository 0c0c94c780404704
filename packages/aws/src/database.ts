import type { PoolConfig } from "pg";

// A token opens a connection for 15 minutes after it was signed. One minute is left for clocks that
// disagree. One token serves many connections: RDS throttles IAM logins by signature.
const TOKEN_MILLISECONDS = 14 * 60_000;

type Target = { hostname: string; port: number; username: string };

/** Signs an IAM token that opens `target` for the next 15 minutes. */
export type SignToken = (target: Target) => Promise<string>;

/**
 * The connection that a DATABASE_URL describes, as pg's pool takes it.
 *
 * `sslmode=verify-full` checks chain and host name; the authorities are Node's own and those of
 * NODE_EXTRA_CA_CERTS. `sslmode=disable` is for a database on this machine. Nothing in between:
 * pg reads `require` in several ways.
 *
 * Without a password the role logs in with an IAM token, signed at most every 14 minutes.
 *
 * @throws Error without repeating the URL, which may hold a password.
 */
export function databaseConfig(url: string, sign: SignToken = signWithRds): PoolConfig {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const sslmode = searchParams.get("sslmode");
  if (sslmode !== "verify-full" && sslmode !== "disable") {
    throw new Error("DATABASE_URL must say sslmode=verify-full, or sslmode=disable on a laptop.");
  }
  if (!password && sslmode === "disable") {
    throw new Error("DATABASE_URL has no password: an IAM token is only sent over verified TLS.");
  }

  const target: Target = {
    hostname,
    port: Number(port || 5432),
    username: decodeURIComponent(username),
  };
  return {
    host: target.hostname,
    port: target.port,
    user: target.username,
    password: password ? decodeURIComponent(password) : cachedToken(() => sign(target)),
    database: decodeURIComponent(pathname.slice(1)),
    ssl: sslmode === "verify-full" ? { rejectUnauthorized: true } : false,
    // The first attempt wakes a paused database; the caller gets 503 and retries.
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  };
}

/**
 * The same for every database that a tenant may live in, by the name of the placement: `home` and those
 * of DEDICATED_DATABASES. Each gets `max` connections at most, and opens none before it is needed.
 */
export function databaseConfigs(
  urls: { DATABASE_URL: string; DEDICATED_DATABASES: Record<string, string> },
  { max }: { max: number },
): { home: PoolConfig } & Record<string, PoolConfig> {
  const configOf = (url: string) => ({ ...databaseConfig(url), max });
  const dedicated = Object.entries(urls.DEDICATED_DATABASES).map(
    ([name, url]) => [name, configOf(url)] as const,
  );
  return { home: configOf(urls.DATABASE_URL), ...Object.fromEntries(dedicated) };
}

/** Concurrent connections share one signature; a failed one is not kept. */
function cachedToken(sign: () => Promise<string>): () => Promise<string> {
  let token: Promise<string> | undefined;
  let signedAt = 0;
  return () => {
    if (!token || Date.now() - signedAt >= TOKEN_MILLISECONDS) {
      signedAt = Date.now();
      token = sign().catch((error: unknown) => {
        token = undefined;
        throw error;
      });
    }
    return token;
  };
}

async function signWithRds(target: Target): Promise<string> {
  const { Signer } = await import("@aws-sdk/rds-signer");
  return new Signer(target).getAuthToken();
}
