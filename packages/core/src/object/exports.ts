import type { Objects } from "../ports/index.ts";

// What leaves the process for a tenant (a link, a file, a queue token, an idempotency key for another
// service, a webhook, a mail) takes the tenant from the opened context, `Opened`, and never from a row: a
// row holds what the SQL of the request returns, and injected SQL can return any value. So verbs and
// handlers are given ports that are bound to one tenant, such as the two below, and never the bucket or
// the queue itself. tests/isolation/exits runs every route and every task over a database that returns false rows.

/** Writes below `exports/<tenant>/`. Names are relative to that; the whole key is returned. */
export type ExportWriter = {
  put(name: string, body: string | Uint8Array, contentType: string): Promise<string>;
  /** Writes what `chunks` yields without holding all of it in memory. */
  putStream(
    name: string,
    chunks: AsyncIterable<string | Uint8Array>,
    contentType: string,
  ): Promise<string>;
};

/** Makes links to objects below `exports/<tenant>/`, and to no others. */
export type ExportSigner = {
  /** The name of an object by its whole key. @throws Error for a key of anything else */
  nameOf(key: string): string;
  /** A link that downloads the object for the next five minutes. @throws Error for an invalid name */
  link(name: string): Promise<{ url: string; expiresAt: Date }>;
};

/** @throws Error from each method for a name that is not a path below the tenant's prefix */
export function exportWriter(
  objects: Pick<Objects, "put" | "putStream">,
  tenantId: string,
): ExportWriter {
  const { keyOf } = below(tenantId);
  return {
    async put(name, body, contentType) {
      const key = keyOf(name);
      await objects.put(key, body, contentType);
      return key;
    },
    async putStream(name, chunks, contentType) {
      const key = keyOf(name);
      await objects.putStream(key, chunks, contentType);
      return key;
    },
  };
}

export function exportSigner(objects: Pick<Objects, "link">, tenantId: string): ExportSigner {
  const { keyOf, nameOf } = below(tenantId);
  return {
    nameOf,
    link: async (name) => objects.link(keyOf(name), name.slice(name.lastIndexOf("/") + 1)),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
// Segments of plain characters, none of which begins with a dot: no "..", no empty one, nothing encoded.
const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const MAX_CHARACTERS = 200;

function below(tenantId: string) {
  if (!UUID.test(tenantId)) {
    throw new Error(`Invalid tenant id ${quoted(tenantId)}: expected a uuid.`);
  }
  const prefix = `exports/${tenantId}/`;
  const keyOf = (name: string): string => {
    if (name.length <= MAX_CHARACTERS && NAME.test(name)) return prefix + name;
    throw new Error(
      `Invalid export name ${quoted(name)}: expected a path of letters, digits, ".", "_" and "-" below ${prefix}, of at most ${MAX_CHARACTERS} characters.`,
    );
  };
  const nameOf = (key: string): string => {
    if (key.startsWith(prefix)) return key.slice(prefix.length);
    throw new Error(`Invalid export key ${quoted(key)}: expected one below ${prefix}.`);
  };
  return { keyOf, nameOf };
}

const quoted = (text: string) => JSON.stringify(text.slice(0, 300));
