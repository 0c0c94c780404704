import { expect, it } from "vitest";
import { INERT } from "../../../packages/local/src/resources/inert.ts";
import { whyInert } from "../../../packages/local/src/resources/inert-reasons.ts";
import { lambdaFunction } from "../support/deploy.ts";
import { pages } from "../support/pages.ts";

const APP = {
  Dead: { Type: "AWS::SQS::Queue" },
  Jobs: {
    Type: "AWS::SQS::Queue",
    Properties: {
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 1 },
      KmsMasterKeyId: "alias/any",
    },
  },
  Key: { Type: "AWS::KMS::Key" },
  Password: { Type: "AWS::SecretsManager::Secret", Properties: { SecretString: "hunter2" } },
  Worker: lambdaFunction("worker"),
  Nightly: {
    Type: "AWS::Events::Rule",
    Properties: {
      ScheduleExpression: "rate(1 day)",
      Targets: [{ Id: "Target", Arn: { "Fn::GetAtt": ["Worker", "Arn"] } }],
    },
  },
};
const CODE = { worker: "export const handler = async () => { throw new Error('tired'); };" };

const app = () => pages(APP, { code: CODE });

it("returns a page to a browser and JSON to other clients at the same URL", async () => {
  const { ask } = await app();
  const addresses = "/ /mail /queues /queues/App-Jobs /data /functions /logs /traces /schedules";
  for (const address of `${addresses} /secrets /resources`.split(" ")) {
    const page = await ask(address);
    expect([address, page.status]).toEqual([address, 200]);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("vary")).toBe("accept");
    for (const accept of ["application/json", "*/*", ""]) {
      const content = await ask(address, { accept });
      expect(content.headers.get("content-type")).toBe("application/json");
      expect(() => JSON.parse(content.body)).not.toThrow();
    }
  }
});

it("allows only its own scripts and styles, and no framing", async () => {
  const { ask } = await app();
  const { headers, body } = await ask("/");
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
  expect(body).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=/);
  for (const [, file] of body.matchAll(/(?:src|href)="\/_local(\/assets\/[^"]+)"/g)) {
    expect((await ask(file ?? "")).status).toBe(200);
  }
  expect((await ask("/assets/../html.ts")).status).toBe(404);
});

it("accepts changes from its own pages and from scripts, and from no other site", async () => {
  const { ask, services } = await app();
  const queue = services.sqs.list().find(({ name }) => name === "App-Jobs");
  services.sqs.queue(queue?.arn ?? "").send([{ body: "one" }]);
  const purge = async (headers: Record<string, string>) =>
    (await ask("/queues/App-Jobs/purge", headers, "POST")).status;
  const left = () => services.sqs.queue(queue?.arn ?? "").stats().visible;

  expect(await purge({ origin: "https://evil.example" })).toBe(403);
  expect(await purge({ origin: "null" })).toBe(403);
  expect(await purge({ origin: "http://127.0.0.1:4000" })).toBe(403);
  expect(await purge({ "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await purge({ "sec-fetch-site": "same-site" })).toBe(403);
  expect((await ask("/queues/App-Jobs/purge")).status).toBe(405);
  expect(left()).toBe(1);

  const own = { origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-origin" };
  expect(await purge(own)).toBe(303);
  expect(left()).toBe(0);
  expect(await purge({ accept: "*/*" })).toBe(200);
});

it("shows a queue's messages without receiving them, and redrives dead letters", async () => {
  const { ask, services } = await app();
  const jobs = services.sqs.queue("App-Jobs");
  jobs.send([
    {
      body: '{"job":"j-1"}',
      groupId: "tenant-1",
      attributes: { kind: { DataType: "String", StringValue: "export" } },
    },
  ]);
  await jobs.receive({ max: 1 });
  await jobs.receive({ max: 1 }); // after its last attempt it moves
  const { body } = await ask("/queues/App-Dead");
  expect(body).toContain("&quot;job&quot;: &quot;j-1&quot;");
  for (const shown of ["tenant-1", "export", "Dead letter of"]) expect(body).toContain(shown);
  const { messages } = JSON.parse((await ask("/queues/App-Dead", { accept: "" })).body);
  expect(messages).toMatchObject([{ receiveCount: 1, state: "visible" }]);

  const moved = await ask("/queues/App-Dead/redrive", { accept: "" }, "POST");
  expect(JSON.parse(moved.body)).toEqual({ moved: 1 });
  expect(services.sqs.queue("App-Dead").stats().visible).toBe(0);
  expect(await jobs.receive({ max: 1 })).toMatchObject([{ body: '{"job":"j-1"}' }]);
});

it("fires a schedule, and returns the result to a browser and to a script", async () => {
  const { ask } = await app();
  const script = await ask("/schedules/Nightly/fire", { accept: "*/*" }, "POST");
  expect([script.status, JSON.parse(script.body)]).toMatchObject([502, { ok: false }]);
  const person = await ask("/schedules/Nightly/fire", {}, "POST");
  const next = person.headers.get("location")?.replace("/_local", "") ?? "";
  expect((await ask(next)).body).toContain("Nightly failed: tired");
  expect((await ask("/schedules/None/fire", {}, "POST")).status).toBe(404);
});

it("lists secrets without their values", async () => {
  const { ask } = await app();
  const { body } = await ask("/secrets");
  expect(body).toContain("App-Password");
  expect(body).not.toContain("hunter2");
  expect((await ask("/secrets", { accept: "" })).body).not.toContain("hunter2");
});

it("lists every resource with its treatment, the reason and its ignored properties", async () => {
  const { ask } = await app();
  const listed = JSON.parse((await ask("/resources", { accept: "" })).body);
  expect(listed).toHaveLength(Object.keys(APP).length);
  expect(listed).toContainEqual(
    expect.objectContaining({
      logicalId: "Jobs",
      treatment: "emulated",
      ignored: [{ property: "KmsMasterKeyId", why: expect.stringContaining("private") }],
    }),
  );
  expect(listed).toContainEqual(
    expect.objectContaining({
      logicalId: "Key",
      treatment: "inert",
      why: whyInert("AWS::KMS::Key"),
    }),
  );
});

it.each(Object.keys(INERT))("has a reason why %s has no effect", (type) => {
  expect(whyInert(type)).toBeTruthy();
});
