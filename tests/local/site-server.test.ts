import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createDistribution } from "../../packages/local/src/front/distribution.ts";
import type { SitePreview } from "../../packages/local/src/front/site-preview.ts";
import { plain } from "../../packages/local/src/http/message.ts";
import { createSiteServer } from "../../packages/local/src/reload/site-server.ts";
import { temporaryFolder } from "./support/handlers.ts";

/** Serves `page` as the product's script serves its console. The page says which failure to simulate. */
const SERVE = `
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
process.stdin.on("end", () => process.exit(0)).resume();
createServer((request, answer) => {
  const page = readFileSync("page", "utf8");
  if (page === "BROKEN") console.error("\\u001b[31mpage.astro:3:1 <b>no</b>\\u001b[0m");
  if (page === "GONE") process.exit(7);
  answer.writeHead(page === "BROKEN" ? 500 : 200, { "content-type": "text/html" });
  answer.end(page + " " + request.url);
}).listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
`;

function setUp() {
  const root = temporaryFolder();
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  write("infra/site/serve.ts", SERVE);
  write("page", "one");
  const logged: string[] = [];
  const pids: number[] = [];
  const site: SitePreview = { handle: undefined };
  const server = createSiteServer({
    root,
    cache: path.join(root, "cache"),
    site,
    log: (line) => logged.push(line),
    started: (pid) => pids.push(pid),
  });
  onTestFinished(server.stop);

  const bucket = async () => plain(200, "of the bucket");
  const policy = "default-src 'none'; script-src 'self'; style-src 'self'";
  const distribution = createDistribution({
    id: "E1",
    domainName: "d1.cloudfront.net",
    behaviors: [
      {
        pathPattern: "*",
        origin: { id: "site", customHeaders: [], handle: bucket, preview: site },
        allowedMethods: ["GET", "HEAD"],
        forwards: "nothing",
        caches: true,
        compresses: true,
        responseHeaders: [{ name: "content-security-policy", value: policy, override: true }],
      },
    ],
  });
  const ask = async (target = "/", method = "GET") => {
    const [route = "", query = ""] = target.split("?");
    const asked = { method, path: route, query, headers: new Map(), ip: "127.0.0.1" };
    const { status, body, headers } = await distribution.handle({
      ...asked,
      body: Buffer.alloc(0),
    });
    return { status, body: String(body), headers: new Map(headers) };
  };
  return { ...server, ask, write, logged, pids };
}

it("serves the site from its sources from the first saved file until the update", async () => {
  const { start, stop, ask, write, pids, logged } = setUp();
  expect((await ask()).body).toBe("of the bucket\n");
  start();
  const { body, headers } = await ask("/projects?with=query"); // waits for the server
  expect(body).toBe("one /projects?with=query");
  // Inline styles are allowed, and nothing else.
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline' 'self'",
  );
  write("page", "two");
  start(); // called for every saved file
  expect((await ask()).body).toBe("two /");
  expect(pids).toHaveLength(1);
  expect(logged.join()).toContain("site served from its sources");
  expect((await ask("/", "POST")).status).toBe(403); // the distribution's rules still apply

  stop();
  const after = await ask();
  expect(after.body).toBe("of the bucket\n");
  expect(after.headers.get("content-security-policy")).not.toContain("unsafe-inline");
  await expect.poll(() => isAlive(pids[0] ?? 0), { timeout: 20_000 }).toBe(false);
});

it("shows the error of a broken page, and returns to the bucket when the server ends", async () => {
  const { start, ask, write, logged } = setUp();
  start();
  write("page", "BROKEN");
  const { status, body, headers } = await ask();
  expect(status).toBe(500);
  const policy = headers.get("content-security-policy");
  expect(policy).toContain("connect-src 'self'"); // it refreshes itself
  expect(policy).not.toContain("unsafe");
  expect(body).toContain("page.astro:3:1 &lt;b&gt;no&lt;/b&gt;");
  expect(body).not.toContain("\u001b");

  write("page", "GONE");
  await ask();
  await expect.poll(async () => (await ask()).body, { timeout: 20_000 }).toBe("of the bucket\n");
  expect(logged.join()).toContain("site served from its bucket again");
});

it("logs the script's output when it does not start", async () => {
  const { start, ask, write, logged } = setUp();
  write("infra/site/serve.ts", 'console.error("no astro here"); process.exit(3);');
  start();
  await expect.poll(() => logged.join(), { timeout: 20_000 }).toContain("no astro here");
  expect((await ask()).body).toBe("of the bucket\n");
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
