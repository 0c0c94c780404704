import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { readSite } from "../../infra/site/site.ts";
import { siteViewer } from "../../infra/site/viewer.ts";
import { build, FIXTURE, ofType, resources, scratch, written } from "./support.ts";

const SITE = join(FIXTURE, "site");

describe.each(["dev", "prod"] as const)("the web of %s", (name) => {
  const { stacks, stage, app } = build(name);

  it("is published when a file changes, and only then", () => {
    const [site] = ofType(stacks.web, "Custom::Site");
    const { ServiceToken, ServiceTimeout, ...properties } = site?.Properties ?? {};
    expect(written(ServiceToken)).toBe("PublisherFunction.Arn");
    expect(properties).toEqual({
      Digest: readSite(SITE).digest,
      EmptiesBucket: !stage.protection,
    });
  });

  it("fails a deployment without a response of the publisher in minutes, not after an hour", () => {
    const [site] = ofType(stacks.web, "Custom::Site");
    const [publisher] = ofType(stacks.web, "AWS::Lambda::Function");
    expect(Number(site?.Properties.ServiceTimeout)).toBeGreaterThan(publisher?.Properties.Timeout);
    expect(Number(site?.Properties.ServiceTimeout)).toBeLessThanOrEqual(10 * 60);
  });

  it("is deployed after the API that its pages call", () => {
    const web = app.synth().stacks.find(({ id }) => id === "Web");
    expect(web?.dependencies.map(({ id }) => id)).toContain("Api");
  });

  it("retains replaced files for 30 days, for rollbacks", () => {
    const bucket = Object.entries(resources(stacks.entry)).find(([id]) => id.startsWith("Site"));
    expect(bucket?.[1].Properties.LifecycleConfiguration.Rules).toEqual([
      { NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Status: "Enabled" },
    ]);
  });
});

describe("the site's function at the edge", () => {
  const code = siteViewer(readSite(SITE));
  const handle = (eventType: string, uri: string, statusCode = 200) =>
    runInNewContext(`${code}; handler(event)`, {
      event: { context: { eventType }, request: { uri }, response: { statusCode } },
    });

  it.each([
    ["/", "/index.html"],
    ["/projects", "/projects/index.html"],
    ["/projects/", "/projects/index.html"],
    ["/projects/index.html", "/projects/index.html"],
    ["/favicon.svg", "/favicon.svg"],
    ["/_astro/page.5mHbRq2T.js", "/_astro/page.5mHbRq2T.js"],
    ["/_astro/of-an-earlier-release.js", "/_astro/of-an-earlier-release.js"],
    ["/nowhere", "/404.html"],
    ["/Projects", "/404.html"],
    ["/projects//", "/404.html"],
    ["//evil.example/", "/404.html"],
    ["/%2F%2Fevil.example", "/404.html"],
    ["/retired.json", "/404.html"],
    ["/constructor", "/404.html"],
  ])("serves for %s the file %s", (uri, file) => {
    expect(handle("viewer-request", uri).uri).toBe(file);
  });

  it("turns the 404 page's 200 into a 404, for unknown paths and its own", () => {
    for (const uri of ["/nowhere", "/404.html"]) {
      expect(handle("viewer-response", uri).statusCode).toBe(404);
    }
    expect(handle("viewer-response", "/projects").statusCode).toBe(200);
  });

  it("keeps a 304 of the 404 page", () => {
    expect(handle("viewer-response", "/nowhere", 304).statusCode).toBe(304);
  });

  it("is an error with the alternative when it exceeds CloudFront's limit", () => {
    const files = Array.from({ length: 500 }, (_, at) => ({
      key: `a-page-with-a-name/${at}/index.html`,
      contentType: "",
      cacheControl: "",
    }));
    expect(() => siteViewer({ folder: "", digest: "", files })).toThrow(/key-value store/);
  });
});

/** The fixture's site, changed. */
function site(change: (write: (path: string, text: string) => void, folder: string) => void) {
  const folder = mkdtempSync(join(scratch, "site-"));
  cpSync(SITE, folder, { recursive: true });
  change((path, text) => writeFileSync(join(folder, path), text), folder);
  return () => readSite(folder);
}

describe("a release", () => {
  it("caches files with a hash in their name for a year, and revalidates all others", () => {
    const cached = readSite(SITE).files.map(({ key, cacheControl }) => [key, cacheControl]);
    expect(Object.fromEntries(cached)).toEqual({
      "404.html": "no-cache",
      "_astro/page.5mHbRq2T.js": "public, max-age=31536000, immutable",
      "favicon.svg": "no-cache",
      "index.html": "no-cache",
      "projects/index.html": "no-cache",
    });
  });

  it("has another digest after an edit or a new file, and the same one in any folder", () => {
    const same = site(() => {});
    const edited = site((write) => write("index.html", "other"));
    const added = site((write) => write("robots.txt", ""));
    const digests = [same, edited, added].map((read) => read().digest);
    expect(new Set(digests).size).toBe(3);
    expect(digests[0]).toBe(readSite(SITE).digest);
  });

  it("is an error without its pages, with an unknown file type, or when it is too large", () => {
    expect(site((_, folder) => rmSync(join(folder, "404.html")))).toThrow(/has no 404\.html/);
    expect(site((write) => write("page.js.map", "{}"))).toThrow(/content type for page\.js\.map/);
    const large = site((write) => write("large.txt", "x".repeat(26 * 1024 * 1024)));
    expect(large).toThrow(/more than the 1000 files or 26214400 bytes/);
  });
});
