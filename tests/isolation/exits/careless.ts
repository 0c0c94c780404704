type Exports = typeof import("../../../packages/core/src/object/exports.ts");
type Tokens = typeof import("../../../packages/db/src/tenant/token.ts");

/** The guards that are out. Each is a function of the process, and out it believes what a row says. */
export const careless = new Set<"links" | "files" | "tokens">();

/**
 * A module with its guards, and careless ones in their place while they are out. For `vi.mock`, and so for
 * test files that have a process of their own: see ALONE in vitest.config.ts.
 */
export const exportsOf = (real: Exports): Exports => ({
  exportSigner: (bucket, tenant) =>
    careless.has("links")
      ? { nameOf: (key) => key, link: (key) => bucket.link(key, key) }
      : real.exportSigner(bucket, tenant),
  exportWriter: (bucket, tenant) =>
    careless.has("files")
      ? {
          put: (key, ...rest) => bucket.put(key, ...rest).then(() => key),
          putStream: (key, ...rest) => bucket.putStream(key, ...rest).then(() => key),
        }
      : real.exportWriter(bucket, tenant),
});

/** The same: a third value in a row of `job, epoch` is the tenant that the row says. */
export const tokensOf = (real: Tokens): Tokens => ({
  readAdmittedJob: (row) => ({
    ...real.readAdmittedJob(row),
    ...(careless.has("tokens") && { tenant: row[2] }),
  }),
  tokensOf: (tenant, admitted) =>
    real.tokensOf(tenant, admitted).map((token, index) => ({ ...token, ...admitted[index] })),
});
