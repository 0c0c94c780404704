import { randomBytes } from "node:crypto";
import type { Home } from "./home.ts";
import { readJson, writeJson } from "./json-file.ts";

/** An AWS access key. */
export type AccessKey = { accessKeyId: string; secretAccessKey: string };

/** Generated passwords and keys, which stay the same over restarts. */
export type CredentialStore = {
  /** Password of a role of PostgreSQL. */
  passwordOf(role: string): string;
  /** Access key of a function. Links that it presigned stay valid over a restart. */
  keyOf(functionName: string): AccessKey;
  /** The secret half of an access key. */
  secretOf(accessKeyId: string): string | undefined;
};

type StoredCredentials = { passwords: Record<string, string>; keys: Record<string, AccessKey> };

export function openCredentials(home: Home): CredentialStore {
  const file = home.at("credentials.json");
  const content = readJson<StoredCredentials>(file, { passwords: {}, keys: {} });

  function stored<Value>(
    values: Record<string, Value>,
    name: string,
    generate: () => Value,
  ): Value {
    const existing = values[name];
    if (existing !== undefined) return existing;
    const generated = generate();
    values[name] = generated;
    writeJson(file, content);
    return generated;
  }

  return {
    passwordOf: (role) =>
      stored(content.passwords, role, () => randomBytes(24).toString("base64url")),
    keyOf: (name) => stored(content.keys, name, newKey),
    secretOf: (accessKeyId) =>
      Object.values(content.keys).find((key) => key.accessKeyId === accessKeyId)?.secretAccessKey,
  };
}

/** In AWS's format, for code that checks the format. */
const newKey = (): AccessKey => ({
  accessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
  secretAccessKey: randomBytes(30).toString("base64"),
});
