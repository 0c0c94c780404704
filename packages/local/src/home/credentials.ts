import { randomBytes } from "node:crypto";
import type { AccessKey } from "../lambda/variables.ts";
import type { Home } from "./home.ts";
import { readJson, writeJson } from "./json-file.ts";

/** What nobody chooses and everybody must be able to rely on after a restart. */
export type CredentialStore = {
  /** Password of a role of PostgreSQL. */
  passwordOf(role: string): string;
  /** Access key of a function: links that it presigned stay good over a restart. */
  keyOf(functionName: string): AccessKey;
  /** The secret half of an access key. */
  secretOf(accessKeyId: string): string | undefined;
};

type StoredCredentials = { passwords: Record<string, string>; keys: Record<string, AccessKey> };

export function openCredentials(home: Home): CredentialStore {
  const file = home.at("credentials.json");
  const content = readJson<StoredCredentials>(file, { passwords: {}, keys: {} });

  function remembered<Value>(store: Record<string, Value>, name: string, make: () => Value): Value {
    const known = store[name];
    if (known !== undefined) return known;
    const made = make();
    store[name] = made;
    writeJson(file, content);
    return made;
  }

  return {
    passwordOf: (role) =>
      remembered(content.passwords, role, () => randomBytes(24).toString("base64url")),
    keyOf: (name) => remembered(content.keys, name, newKey),
    secretOf: (accessKeyId) =>
      Object.values(content.keys).find((key) => key.accessKeyId === accessKeyId)?.secretAccessKey,
  };
}

/** In the form of AWS's own, so that whatever checks the form is content. */
const newKey = (): AccessKey => ({
  accessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
  secretAccessKey: randomBytes(30).toString("base64"),
});
