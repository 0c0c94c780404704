import { createObjects } from "@bulkhead/aws/objects";
import { expect, it } from "vitest";
import { clientsOf, startOwn } from "../../local/services/support.ts";
import { absent } from "./inputs.ts";

/** A bucket with a victim's export and an attacker's, and the links that the API would make. */
async function bucket() {
  const services = await startOwn();
  services.s3.createBucket({ name: "exports" });
  const { s3 } = clientsOf(services.endpoints);
  const objects = createObjects("exports", async () => s3);
  const newExport = async (content: string) => {
    const [tenant, job] = [absent("id", ""), absent("id", "")];
    const key = `exports/${tenant}/${job}.json`;
    await objects.put(key, content, "application/json");
    return { key, url: new URL((await objects.link(key, `${job}.json`)).url) };
  };
  return { victim: await newExport("hers"), attacker: await newExport("his") };
}

/** The answer, without the ids that S3 gives to each and without what was asked for. */
async function told(url: URL, key: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  return `${response.status} ${text.replaceAll(key, "key").replace(/<(RequestId|HostId)>[^<]*</g, "<$1><")}`;
}

it("no link to another tenant's export is derived from one's own, and it looks like one to nothing", async () => {
  const { victim, attacker } = await bucket();
  expect(await told(attacker.url, attacker.key)).toBe("200 his");

  const theirs = victim.key.split("/");
  const own = attacker.key.split("/");
  const nothing = ["exports", absent("id", ""), `${absent("id", "")}.json`];
  // The whole key, the tenant alone, the job alone; with the name of the download or without.
  const keysOf = (other: string[]) => [
    other.join("/"),
    [own[0], other[1], own[2]].join("/"),
    [own[0], own[1], other[2]].join("/"),
  ];
  const missing = keysOf(nothing);
  for (const [index, key] of keysOf(theirs).entries()) {
    for (const unsigned of [[], ["response-content-disposition"], ["X-Amz-Signature"]]) {
      const altered = (to: string) => {
        const url = new URL(attacker.url);
        url.pathname = `/exports/${to}`;
        for (const parameter of unsigned) url.searchParams.delete(parameter);
        return told(url, to);
      };
      const answer = await altered(key);
      expect(answer).toMatch(/^40[03] /);
      expect(answer).toBe(await altered(missing[index] ?? ""));
    }
  }
});
