/**
 * The objects of one bucket by their whole keys, and so of every tenant. A key for a tenant begins with the id of
 * the opened context, never with a value of a row: verbs and handlers are given `exportSigner` and `exportWriter`,
 * which can name nothing else.
 */
export type Objects = {
  put(key: string, body: string | Uint8Array, contentType: string): Promise<void>;
  /** Writes what `chunks` yields without holding it in memory; up to 5 GB, S3's limit for one request. */
  putStream(
    key: string,
    chunks: AsyncIterable<string | Uint8Array>,
    contentType: string,
  ): Promise<void>;
  /** A link that downloads the object as `filename` for the next five minutes. */
  link(key: string, filename: string): Promise<{ url: string; expiresAt: Date }>;
};
