export type BucketSpec = {
  name: string;
  /** The encryption of objects that name none. Default: AES256. It is stored and returned, not performed. */
  encryption?: Encryption;
};

export type Encryption = {
  algorithm: "AES256" | "aws:kms" | "aws:kms:dsse";
  kmsKeyId?: string | undefined;
  bucketKey?: boolean | undefined;
};

export type Checksum = { algorithm: ChecksumAlgorithm; value: string };
export type ChecksumAlgorithm = "crc32" | "crc32c" | "sha1" | "sha256";

/** Everything about an object but its body. */
export type S3Object = {
  key: string;
  size: number;
  /** With its quotes. */
  etag: string;
  /** Unix milliseconds. */
  modifiedAt: number;
  /** `content-type`, `cache-control`, `content-disposition`, `content-encoding`, `content-language`, `expires`. */
  headers: Record<string, string>;
  /** User metadata, without `x-amz-meta-`. */
  metadata: Record<string, string>;
  checksum: Checksum | undefined;
  encryption: Encryption;
};

export type NewObject = {
  headers?: Record<string, string>;
  metadata?: Record<string, string>;
  encryption?: Encryption | undefined;
  checksumAlgorithm?: ChecksumAlgorithm | undefined;
  /** Called when the whole body has arrived and before anything is visible: throw to refuse it. */
  accept?(received: UploadDigests): void;
  /** Called with the object it would replace, at the moment it would: throw to refuse. */
  precondition?(current: S3Object | undefined): void;
};

/** Digests of a received body, in hex except the checksum (base64). */
export type UploadDigests = {
  size: number;
  md5: string;
  sha256: string;
  checksum: Checksum | undefined;
};

export type ByteRange = { start: number; end: number };

/** A found object. `read` streams the bytes of a range (both ends inclusive), or all of them. */
export type FoundObject = {
  object: S3Object;
  read(range?: ByteRange): NodeJS.ReadableStream;
  close(): void;
};

export type ListOptions = {
  prefix?: string;
  delimiter?: string;
  /** The first key that may be listed, in UTF-8. */
  from?: Buffer;
  limit: number;
};

export type Listing = {
  objects: S3Object[];
  commonPrefixes: string[];
  /** Where the next page starts, when there is one. */
  next: Buffer | undefined;
};

export type S3Bucket = {
  name: string;
  arn: string;
  /** Stores an object; it is durable, and visible, when this resolves. */
  put(key: string, body: AsyncIterable<Uint8Array>, object?: NewObject): Promise<S3Object>;
  head(key: string): S3Object | undefined;
  /** Opens the body: close it, or read it to its end. */
  get(key: string): FoundObject | undefined;
  delete(key: string): void;
  list(options: ListOptions): Listing;
};
