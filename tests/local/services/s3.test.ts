import { createHash } from "node:crypto";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished, test, vi } from "vitest";
import { clientsOf, freshHome, refusalOf, startOwn } from "./support.ts";

function fileOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return ""; // closed since
  }
}

async function ownBucket(spec = {}) {
  const home = freshHome();
  const services = await startOwn({ home });
  services.s3.createBucket({ name: "exports", ...spec });
  const { s3 } = clientsOf(services.endpoints);
  return {
    s3,
    home,
    bucket: services.s3.bucket("exports"),
    put: (Key: string, Body: PutObjectCommandInput["Body"], more = {}) =>
      s3.send(new PutObjectCommand({ Bucket: "exports", Key, Body, ...more })),
    get: (Key: string, more = {}) =>
      s3.send(new GetObjectCommand({ Bucket: "exports", Key, ...more })),
    list: (more = {}) => s3.send(new ListObjectsV2Command({ Bucket: "exports", ...more })),
  };
}

describe("an object", () => {
  it("is returned with its body, headers and metadata", async () => {
    const { put, get } = await ownBucket();
    const { ETag } = await put("exports/a/b.json", "{}", {
      ContentType: "application/json",
      CacheControl: "no-store",
      Metadata: { tenant: "a" },
    });
    const found = await get("exports/a/b.json");
    expect(await found.Body?.transformToString()).toBe("{}");
    expect(ETag).toBe(`"${createHash("md5").update("{}").digest("hex")}"`);
    expect(found).toMatchObject({
      ETag,
      ContentType: "application/json",
      CacheControl: "no-store",
      Metadata: { tenant: "a" },
      ContentLength: 2,
    });
  });

  it("from a stream is uploaded in chunks with a trailing checksum", async () => {
    const { put, get } = await ownBucket();
    const body = Buffer.alloc(200_000, "bulkhead");
    const { ChecksumCRC32 } = await put(
      "stream",
      Readable.from([body.subarray(0, 7), body.subarray(7)]),
      {
        ContentLength: body.length,
      },
    );
    expect(ChecksumCRC32).toBeTruthy();
    const found = await get("stream");
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? [])).toEqual(body);
    expect(found.ContentEncoding).toBeUndefined();
  });

  it.each(["CRC32", "CRC32C", "SHA1", "SHA256"] as const)("keeps its %s checksum", async (name) => {
    const { put, get } = await ownBucket();
    const sent = await put("sum", "123456789", { ChecksumAlgorithm: name });
    const found = await get("sum", { ChecksumMode: "ENABLED" });
    expect(sent[`Checksum${name}`]).toBeTruthy();
    expect(found[`Checksum${name}`]).toBe(sent[`Checksum${name}`]);
    expect(await found.Body?.transformToString()).toBe("123456789");
  });

  it("with a wrong checksum or MD5 is refused and not stored", async () => {
    const { put, bucket, home } = await ownBucket();
    const wrongCrc = put("bad", "body", { ChecksumCRC32: "AAAAAA==" });
    expect((await refusalOf(wrongCrc)).name).toBe("BadDigest");
    const wrongMd5 = put("bad", "body", { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" });
    expect((await refusalOf(wrongMd5)).name).toBe("BadDigest");
    expect(bucket.head("bad")).toBeUndefined();
    expect(readdirSync(path.join(home, "objects"))).toEqual([]);
  });

  it("can be read in part", async () => {
    const { put, get } = await ownBucket();
    await put("ranges", "0123456789");
    const part = async (Range: string) => {
      const { Body, ContentRange } = await get("ranges", { Range });
      return [await Body?.transformToString(), ContentRange];
    };
    expect(await part("bytes=2-4")).toEqual(["234", "bytes 2-4/10"]);
    expect(await part("bytes=-3")).toEqual(["789", "bytes 7-9/10"]);
    expect(await part("bytes=8-100")).toEqual(["89", "bytes 8-9/10"]);
    expect((await refusalOf(get("ranges", { Range: "bytes=10-" }))).name).toBe("InvalidRange");
  });

  it("returns its encryption, or its bucket's default", async () => {
    const encryption = { algorithm: "aws:kms" as const, kmsKeyId: "arn:aws:kms:x:y:key/1" };
    const { put, get } = await ownBucket({ encryption });
    const sent = await put("default", "x");
    expect(sent).toMatchObject({
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: encryption.kmsKeyId,
    });
    expect(sent.ETag).not.toContain(createHash("md5").update("x").digest("hex"));
    await put("own", "x", { ServerSideEncryption: "AES256" });
    expect((await get("own")).ServerSideEncryption).toBe("AES256");
  });

  it.runIf(existsSync("/proc/self/fd"))(
    "with an aborted upload or download leaves no file, no open descriptor and no error output",
    async () => {
      const { s3, put, get, home } = await ownBucket();
      const errors = vi.spyOn(console, "error").mockImplementation(() => {});
      onTestFinished(() => errors.mockRestore());
      const disconnect = new AbortController();
      const endless = Readable.from(
        (async function* () {
          yield Buffer.alloc(100_000);
          setTimeout(() => disconnect.abort(), 100);
          await sleep(5_000, undefined, { signal: disconnect.signal }).catch(() => {});
        })(),
      );
      const input = { Bucket: "exports", Key: "cut", Body: endless, ContentLength: 1_000_000 };
      await refusalOf(s3.send(new PutObjectCommand(input), { abortSignal: disconnect.signal }));
      await expect.poll(() => readdirSync(path.join(home, "objects"))).toEqual([]);

      await put("large", Buffer.alloc(20_000_000));
      const { Body } = await get("large");
      (Body as Readable).destroy();
      const open = () => readdirSync("/proc/self/fd").filter((fd) => fileOf(fd).startsWith(home));
      const state = /local\.sqlite/;
      await expect.poll(() => open().filter((fd) => !state.test(fileOf(fd)))).toEqual([]);
      expect(errors).not.toHaveBeenCalled();
    },
  );

  it("is written only if its condition holds", async () => {
    const { put } = await ownBucket();
    const { ETag } = await put("once", "1", { IfNoneMatch: "*" });
    expect((await refusalOf(put("once", "2", { IfNoneMatch: "*" }))).name).toBe(
      "PreconditionFailed",
    );
    await put("once", "3", { IfMatch: ETag });
    expect((await refusalOf(put("once", "4", { IfMatch: ETag }))).name).toBe("PreconditionFailed");
  });

  it("leaves no file when it is replaced or deleted", async () => {
    const { s3, put, home } = await ownBucket();
    await put("key", "first");
    await put("key", "second");
    expect(readdirSync(path.join(home, "objects"))).toHaveLength(1);
    await s3.send(new DeleteObjectCommand({ Bucket: "exports", Key: "key" }));
    await s3.send(new DeleteObjectCommand({ Bucket: "exports", Key: "key" }));
    expect(readdirSync(path.join(home, "objects"))).toEqual([]);
    const gone = s3.send(new HeadObjectCommand({ Bucket: "exports", Key: "key" }));
    expect((await refusalOf(gone)).name).toBe("NotFound");
  });
});

test.each([
  "../../etc/passwd",
  "a\0b",
  "%2e%2e/x",
  "sp ace+plus&amp;",
  "/leading//double/",
  "ünï/🌊",
])("the key %j has no special meaning", async (key) => {
  const { put, get, list, home } = await ownBucket();
  await put(key, key);
  expect(await (await get(key)).Body?.transformToString()).toBe(key);
  const [file] = readdirSync(path.join(home, "objects"));
  expect(file).toMatch(/^[0-9a-f-]{36}$/);
  const listed = await list({ EncodingType: "url" });
  expect(listed.Contents?.map(({ Key = "" }) => decodeURIComponent(Key))).toEqual([key]);
});

test("a listing is in UTF-8 order, paged, and groups common prefixes", async () => {
  const { put, list } = await ownBucket();
  for (const key of ["b/2", "a/1", "c", "b/1", "a/2", "ü"]) await put(key, "x");
  const first = await list({ Delimiter: "/", MaxKeys: 2 });
  expect(first.CommonPrefixes).toEqual([{ Prefix: "a/" }, { Prefix: "b/" }]);
  expect(first.IsTruncated).toBe(true);
  const second = await list({ Delimiter: "/", ContinuationToken: first.NextContinuationToken });
  expect(second.Contents?.map(({ Key }) => Key)).toEqual(["c", "ü"]);
  const below = await list({ Prefix: "b/", StartAfter: "b/1" });
  expect(below.Contents?.map(({ Key }) => Key)).toEqual(["b/2"]);
});

describe("unsupported features of S3 are refused by name:", () => {
  test("operations", async () => {
    const { s3, put } = await ownBucket();
    await put("key", "x");
    const object = { Bucket: "exports", Key: "key" };
    const multipart = await refusalOf(s3.send(new CreateMultipartUploadCommand(object)));
    expect([multipart.name, multipart.message]).toEqual([
      "NotImplemented",
      expect.stringMatching(/uploads/),
    ]);
    const copy = s3.send(new CopyObjectCommand({ ...object, CopySource: "exports/key" }));
    expect((await refusalOf(copy)).message).toMatch(/x-amz-copy-source/);
    expect((await refusalOf(s3.send(new ListBucketsCommand({})))).message).toMatch(/ListBuckets/);
  });

  test("parameters", async () => {
    const { put, get } = await ownBucket();
    await put("key", "x");
    expect((await refusalOf(put("key", "x", { ACL: "private" }))).message).toMatch(/x-amz-acl/);
    expect((await refusalOf(put("key", "x", { Tagging: "a=b" }))).message).toMatch(/x-amz-tagging/);
    expect((await refusalOf(get("key", { VersionId: "1" }))).message).toMatch(/versionId/);
    const locked = put("key", "x", { ObjectLockMode: "COMPLIANCE" });
    expect((await refusalOf(locked)).message).toMatch(/x-amz-object-lock-mode/);
  });

  test("an unknown bucket, and another account's bucket", async () => {
    const { s3, get } = await ownBucket();
    const missing = s3.send(new GetObjectCommand({ Bucket: "missing", Key: "x" }));
    expect((await refusalOf(missing)).name).toBe("NoSuchBucket");
    await s3.send(new HeadBucketCommand({ Bucket: "exports" }));
    const foreign = get("x", { ExpectedBucketOwner: "111111111111" });
    expect((await refusalOf(foreign)).name).toBe("AccessDenied");
  });
});
