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

/** A bucket of this test's own, behind the S3 that a laptop has. */
async function ownBucket() {
  const services = await startOwn();
  const name = `site-${randomUUID()}`;
  services.s3.createBucket({ name });
  const bucket = openSiteBucket(name, clientsOf(services.endpoints).s3);
  const shown = async () => (await bucket.list()).filter((key) => key !== "retired.json");
  return { bucket, shown, stored: services.s3.bucket(name) };
}

const DAY = 24 * 60 * 60 * 1000;
const day = (count: number) => new Date(Date.UTC(2026, 0, 1) + count * DAY);

it("a site is there with the headers that its files were given", async () => {
  const { bucket, stored } = await ownBucket();
  expect(await publish(first, bucket)).toEqual({ put: 4, removed: 0 });
  expect(stored.head("index.html")?.headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
  });
});

it("a page is never there before what it names, and a failed upload leaves the last release's pages", async () => {
  const { bucket, stored } = await ownBucket();
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

it("what a release no longer has stays for 30 days after it left, however old it is", async () => {
  const { bucket, shown } = await ownBucket();
  await publish(first, bucket, day(0));
  const both = ["404.html", "_astro/a.1.js", "_astro/a.2.js", "index.html", "old/index.html"];
  for (const at of [400, 401, 430]) {
    await publish(second, bucket, day(at));
    expect(await shown()).toEqual(both);
  }
  expect(await publish(second, bucket, day(431))).toEqual({ put: 3, removed: 2 });
  expect(await shown()).toEqual(["404.html", "_astro/a.2.js", "index.html"]);
});

it("a release that comes back begins its time anew", async () => {
  const { bucket, shown } = await ownBucket();
  await publish(first, bucket, day(0));
  await publish(second, bucket, day(1));
  await publish(first, bucket, day(2));
  await publish(second, bucket, day(20));
  await publish(second, bucket, day(40));
  expect(await shown()).toContain("_astro/a.1.js");
});

it("nothing is taken away by a list of retired files that can't be read", async () => {
  const { bucket, shown } = await ownBucket();
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

it("a Delete empties its own bucket, where the stage says so, and no other", async () => {
  const { bucket } = await ownBucket();
  await publish(first, bucket);
  const ask = (id: string, empties: string) =>
    handleEvent(deleteOf(id, empties), bucket, async () => first);

  expect(await ask(bucket.name, "false")).toEqual({ removed: 0 });
  expect(await ask("the-bucket-before", "true")).toEqual({ removed: 0 });
  expect(await bucket.list()).toHaveLength(5);
  expect(await ask(bucket.name, "true")).toEqual({ removed: 5 });
  expect(await bucket.list()).toEqual([]);
});
