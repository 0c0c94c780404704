import { randomUUID } from "node:crypto";
import type { CloudFormationCustomResourceEvent } from "aws-lambda";
import { expect, it } from "vitest";
import { openSiteBucket } from "../../functions/site/bucket.ts";
import { handleEvent } from "../../functions/site/handle-event.ts";
import { publish } from "../../functions/site/publish.ts";
import type { Release } from "../../functions/site/release.ts";
import { clientsOf, startOwn } from "../local/services/support.ts";

/** A release of files whose content is their name. */
const releaseOf = (...keys: string[]): Release => ({
  files: keys.map((key) => ({
    key,
    contentType: "text/html; charset=utf-8",
    cacheControl: "no-cache",
  })),
  read: async (key) => Buffer.from(key),
});
const first = releaseOf("404.html", "_astro/a.1.js", "index.html", "old/index.html");
const second = releaseOf("404.html", "_astro/a.2.js", "index.html");

/** A new bucket in the local cloud's S3. */
async function newBucket() {
  const services = await startOwn();
  const name = `site-${randomUUID()}`;
  services.s3.createBucket({ name });
  const bucket = openSiteBucket(name, clientsOf(services.endpoints).s3);
  const shown = async () => (await bucket.list()).filter((key) => key !== "retired.json");
  return { bucket, shown, stored: services.s3.bucket(name) };
}

const DAY = 24 * 60 * 60 * 1000;
const day = (count: number) => new Date(Date.UTC(2026, 0, 1) + count * DAY);

it("a published file has the headers of the release", async () => {
  const { bucket, stored } = await newBucket();
  expect(await publish(first, bucket)).toEqual({ put: 4, removed: 0 });
  expect(stored.head("index.html")?.headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
  });
});

it("pages are uploaded after the files they link to, and a failed upload leaves the last release's pages", async () => {
  const { bucket, stored } = await newBucket();
  const order: string[] = [];
  const watched = {
    ...bucket,
    put: async (...[file, body]: Parameters<typeof bucket.put>) => {
      if (file.key === "_astro/a.2.js" && order.length > 10) throw new Error("no space");
      order.push(file.key);
      await bucket.put(file, body);
    },
  };
  await publish(first, watched);
  expect(order[0]).toBe("_astro/a.1.js");

  order.push(...Array(10));
  const before = stored.head("index.html")?.modifiedAt;
  await expect(publish(second, watched)).rejects.toThrow(
    "_astro/a.2.js was not uploaded: no space",
  );
  expect(stored.head("index.html")?.modifiedAt).toBe(before);
});

it("a file that a release no longer contains is kept for 30 days, however old it is", async () => {
  const { bucket, shown } = await newBucket();
  await publish(first, bucket, day(0));
  const both = ["404.html", "_astro/a.1.js", "_astro/a.2.js", "index.html", "old/index.html"];
  for (const at of [400, 401, 430]) {
    await publish(second, bucket, day(at));
    expect(await shown()).toEqual(both);
  }
  expect(await publish(second, bucket, day(431))).toEqual({ put: 3, removed: 2 });
  expect(await shown()).toEqual(["404.html", "_astro/a.2.js", "index.html"]);
});

it("a rollback restarts the 30 days of its files", async () => {
  const { bucket, shown } = await newBucket();
  await publish(first, bucket, day(0));
  await publish(second, bucket, day(1));
  await publish(first, bucket, day(2));
  await publish(second, bucket, day(20));
  await publish(second, bucket, day(40));
  expect(await shown()).toContain("_astro/a.1.js");
});

it("an invalid list of retired files deletes nothing", async () => {
  const { bucket, shown } = await newBucket();
  await publish(first, bucket, day(0));
  await publish(second, bucket, day(1));
  const list = { key: "retired.json", contentType: "application/json", cacheControl: "no-store" };
  await bucket.put(list, '{"_astro/a.1.js": "yesterday"}');
  await publish(second, bucket, day(100));
  expect(await shown()).toContain("_astro/a.1.js");
});

const deleteOf = (id: string, EmptiesBucket: string) =>
  ({
    RequestType: "Delete",
    PhysicalResourceId: id,
    ResourceProperties: { EmptiesBucket },
  }) as unknown as CloudFormationCustomResourceEvent;

it("a Delete empties its own bucket if the stage allows it, and no other", async () => {
  const { bucket } = await newBucket();
  await publish(first, bucket);
  const handle = (id: string, empties: string) =>
    handleEvent(deleteOf(id, empties), bucket, async () => first);

  expect(await handle(bucket.name, "false")).toEqual({ removed: 0 });
  expect(await handle("the-bucket-before", "true")).toEqual({ removed: 0 });
  expect(await bucket.list()).toHaveLength(5);
  expect(await handle(bucket.name, "true")).toEqual({ removed: 5 });
  expect(await bucket.list()).toEqual([]);
});
