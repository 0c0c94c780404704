import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it, vi } from "vitest";
import { echoApp } from "./support/echo-app.ts";

// Each test starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

/**
 * Stands in for the product's script by copying: `functions/echo/index.mjs` is the function Echo. A file with
 * the word BROKEN cannot be bundled.
 */
const REBUNDLE = `
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
const { files } = JSON.parse(readFileSync(0, "utf8"));
const echo = files.includes("functions/echo/index.mjs");
console.log(JSON.stringify({ names: echo ? ["Echo"] : [], site: files.filter((file) => file.startsWith("packages/site/")) }));
if (echo) {
  const code = readFileSync("functions/echo/index.mjs", "utf8");
  const folder = path.join(process.argv[2], "Echo");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "index.mjs"), code);
  writeFileSync(path.join(folder, "later.mjs"), "export const later = 1;");
  const error = code.includes("BROKEN") && "functions/echo/index.mjs:1:1: <b>no</b>";
  console.log(JSON.stringify(error ? { name: "Echo", error } : { name: "Echo", folder }));
}
`;

const RELEASE = "released";

/** `/v1/slow` loads another file of the bundle after the release, as split bundles do. */
const answering = (word: string, release = "") => `import { existsSync } from "node:fs";
export const handler = async ({ rawPath }) => {
  if (rawPath !== "/v1/slow") return { word: ${JSON.stringify(word)}, pid: process.pid };
  while (!existsSync(${JSON.stringify(release)})) await new Promise((resolve) => setTimeout(resolve, 20));
  return { word: ${JSON.stringify(word)}, ...(await import("./later.mjs")) };
};`;

const PROVIDER = `export const handler = async (event) => {
  await fetch(event.ResponseURL, { method: "PUT", body: JSON.stringify({
    Status: event.ResourceProperties.Fails ? "FAILED" : "SUCCESS", Reason: "told to fail",
    PhysicalResourceId: "one", Data: { Did: event.RequestType },
  }) });
};`;

type EchoBody = { word: string; pid: number };
type Overview = { calls: number; outdated: string[]; problems: { about: string; text: string }[] };

async function setUp() {
  const app = echoApp();
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(app.root, file)), { recursive: true });
    writeFileSync(path.join(app.root, file), text);
  };
  write("infra/build/rebundle.ts", REBUNDLE);
  write("functions/echo/index.mjs", "");
  const started = await app.start();
  const url = await started.url;
  const ask = async (route = "/v1/x", headers = {}) => fetch(`${url}${route}`, { headers });
  const answer = async (route?: string) => (await (await ask(route)).json()) as EchoBody;
  const overview = async () => (await (await ask("/_local/")).json()) as Overview;
  const save = (text: string) => write("functions/echo/index.mjs", text);
  return { ...app, ...started, write, save, ask, answer, overview };
}

// One start for several steps, because a start takes longer than all of them.
it("runs new code when it is saved, and lets running requests finish", async () => {
  const { root, write, save, answer, ask, overview, output } = await setUp();
  save(answering("one", path.join(root, RELEASE)));
  await expect.poll(async () => (await answer()).word, { timeout: 20_000 }).toBe("one");

  const slow = answer("/v1/slow");
  const idle = await answer("/v1/y");
  await expect.poll(async () => (await overview()).calls).toBeGreaterThan(2);
  save(answering("two"));
  await expect.poll(async () => (await answer()).word, { timeout: 20_000 }).toBe("two");
  save(answering("twice")); // no new process uses the folder of one
  await expect.poll(async () => (await answer()).word, { timeout: 20_000 }).toBe("twice");
  write(RELEASE, "");
  expect(await slow).toEqual({ word: "one", later: 1 });
  expect((await answer()).pid).not.toBe(idle.pid);
  expect(output()).toMatch(/reloaded Echo in \d+\.\d s/);

  // Broken code is reported, and the old code does not hide it.
  save("BROKEN");
  await expect.poll(async () => (await ask()).status, { timeout: 20_000 }).toBe(500);
  expect(await (await ask()).json()).toEqual({
    message: "The code of Echo is broken.",
    problem: "functions/echo/index.mjs:1:1: <b>no</b>",
  });
  const page = await ask("/v1/x", { accept: "text/html" });
  expect([page.status, page.headers.get("content-type")]).toEqual([
    500,
    "text/html; charset=utf-8",
  ]);
  expect(await page.text()).toContain("&lt;b&gt;no&lt;/b&gt;");
  expect((await overview()).problems).toMatchObject([{ about: "Echo" }]);
  expect(await (await ask("/_local/", { accept: "text/html" })).text()).toContain("Failed: Echo");
  expect(output()).toContain("Echo: functions/echo/index.mjs:1:1");

  save(answering("three"));
  await expect.poll(async () => (await ask()).status, { timeout: 20_000 }).toBe(200);
  expect((await answer()).word).toBe("three");
  expect((await overview()).problems).toEqual([]);
});

it("applies changed templates on request, in place, or not at all", async () => {
  const { root, home, write, ask, answer, overview, output } = await setUp();
  const file = path.join(root, "infra/assembly/App.template.json");
  const template = JSON.parse(readFileSync(file, "utf8"));
  const change = (Resources: object) => {
    Object.assign(template.Resources, Resources);
    write("infra/assembly/App.template.json", JSON.stringify(template));
  };
  const update = async () => {
    const { origin } = new URL((await ask("/_local/")).url);
    const answer = await fetch(`${origin}/_local/update`, { method: "POST" });
    return ((await answer.json()) as { problems: { text: string }[] }).problems;
  };
  const resources = async () =>
    (await (await ask("/_local/resources")).json()) as { logicalId: string; treatment: string }[];

  // The change waits for an update.
  const variables = template.Resources.Echo.Properties.Environment.Variables;
  change({ Inbox: { Type: "AWS::SQS::Queue" } });
  variables.PUBLIC_URL = "changed";
  await expect
    .poll(async () => (await overview()).outdated, { timeout: 20_000 })
    .toEqual(["infra/assembly/App.template.json"]);
  expect(await resources()).not.toContainEqual(expect.objectContaining({ logicalId: "Inbox" }));

  change({
    Provider: { ...template.Resources.Echo, Properties: providerOf(template) },
    Thing: custom({ Size: "1" }),
  });
  write("infra/assembly/provider/index.mjs", PROVIDER);
  write("infra/assembly/App.assets.json", JSON.stringify(assets("echo", "provider")));
  await expect.poll(async () => (await overview()).outdated.length, { timeout: 20_000 }).toBe(3);
  expect(await update()).toEqual([]);
  expect((await overview()).outdated).toEqual([]);
  expect(await resources()).toContainEqual(
    expect.objectContaining({ logicalId: "Inbox", treatment: "emulated" }),
  );
  expect(await answer()).toMatchObject({ url: "changed" });
  expect(output()).toContain("Custom::Thing Thing: created");

  // Stateful resources keep their contents, and a custom resource is updated.
  const { sqs } = JSON.parse(readFileSync(path.join(home, "endpoints.json"), "utf8"));
  expect(sqs).toContain("http://127.0.0.1:");
  change({ Thing: custom({ Size: "2" }) });
  expect(await update()).toEqual([]);
  expect(output()).toContain("Custom::Thing Thing: updated");

  // A failure changes nothing for requests, and is reported.
  variables.PUBLIC_URL = "again";
  change({ Thing: custom({ Fails: "true" }) });
  expect((await update())[0]?.text).toContain("told to fail");
  expect(await answer()).toMatchObject({ url: "changed" });
  expect((await overview()).outdated).not.toEqual([]);

  change({ Thing: custom({ Size: "2" }), Odd: { Type: "AWS::Odd::Thing" } });
  expect((await update())[0]?.text).toContain("AWS::Odd::Thing Odd (stack App) is of a type");
  expect(await resources()).toContainEqual(
    expect.objectContaining({ logicalId: "Odd", treatment: "refused" }),
  );

  appendFileSync(
    path.join(root, "infra/app.ts"),
    "console.error('no such stack'); process.exit(3);",
  );
  expect((await update())[0]?.text).toContain("no such stack");
  expect(await answer()).toMatchObject({ url: "changed" });
});

const providerOf = (template: { Resources: { Echo: { Properties: { Code: object } } } }) => {
  const { Properties } = template.Resources.Echo;
  return { ...Properties, Code: { ...Properties.Code, S3Key: "provider" } };
};

const custom = (properties: Record<string, string>) => ({
  Type: "Custom::Thing",
  Properties: { ServiceToken: { "Fn::GetAtt": ["Provider", "Arn"] }, ...properties },
});

const assets = (...keys: string[]) => ({
  files: Object.fromEntries(
    keys.map((key) => [key, { source: { path: key }, destinations: { a: { objectKey: key } } }]),
  ),
});
