import { expect, it } from "vitest";
import { pages } from "../support/pages.ts";
import { attributes, request, send, span, TRACE } from "../support/spans.ts";

/** Breaks out of text, a quoted attribute, a comment and a script where escaping is missing. */
const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(1)>-->&lt;b&gt; \u202e`;

const app = () => pages({ Jobs: { Type: "AWS::SQS::Queue" } });

/** No element of the attacker, and no address that runs code. */
function expectHarmless(body: string): void {
  expect(body).toContain("&lt;script&gt;");
  expect(body).not.toMatch(/<script>|<img|onerror=alert\(1\)>(?!--)/);
  expect(body).not.toMatch(/(href|src|action)="javascript:/i);
}

it("escapes a message's contents", async () => {
  const { ask, services } = await app();
  services.sqs.queue("App-Jobs").send([
    {
      body: HOSTILE,
      traceHeader: HOSTILE,
      groupId: HOSTILE,
      attributes: { kind: { DataType: "String", StringValue: HOSTILE } },
    },
  ]);
  expectHarmless((await ask("/queues/App-Jobs")).body);
});

it("escapes log lines, as text and in JSON fields", async () => {
  const { ask, logStore } = await app();
  logStore.add("worker", HOSTILE);
  logStore.add(HOSTILE, HOSTILE);
  const fields = { level: HOSTILE, message: HOSTILE, tenantId: HOSTILE, [HOSTILE]: HOSTILE };
  logStore.add("worker", JSON.stringify(fields));
  logStore.add("worker", JSON.stringify({ message: { toString: 1 }, requestId: "a&b=c" }));
  const { status, body } = await ask("/logs");
  expect(status).toBe(200);
  expectHarmless(body);
  expectHarmless((await ask(`/logs?with=${encodeURIComponent(HOSTILE)}`)).body);
});

it("escapes the fields of a span", async () => {
  const { ask, services } = await app();
  await send(
    services.otlp.endpoint,
    request(
      [
        span({
          name: HOSTILE,
          attributes: attributes({
            "db.query.text": HOSTILE,
            "tenant.id": HOSTILE,
            [HOSTILE]: "x",
          }),
          parentSpanId: "00000000000000ff",
          status: { code: 2, message: HOSTILE },
          events: [{ name: HOSTILE, timeUnixNano: "1", attributes: attributes({ a: HOSTILE }) }],
        }),
      ],
      HOSTILE,
    ),
  );
  expectHarmless((await ask("/traces")).body);
  expectHarmless((await ask(`/traces/${TRACE}`)).body);

  const map = { kvlistValue: { values: attributes({ toString: HOSTILE }) } };
  const names = ["tenant.id", "db.query.text", "db.response.returned_rows"];
  const odd = span({ attributes: names.map((key) => ({ key, value: map })) });
  await send(services.otlp.endpoint, request([odd]));
  expectHarmless((await ask(`/traces/${TRACE}`)).body);
});

it("shows a mail in a separate origin without scripts and network access", async () => {
  const { ask, services } = await app();
  const mail = await sendMail(services, {
    subject: HOSTILE,
    text: `javascript:alert(1) https://x.test/"onmouseover="alert(1) https://x.test/a?b=c&d=e ${HOSTILE}`,
    html: `<script>alert(1)</script><img src="https://x.test/seen"><p>hello</p>`,
  });
  const list = await ask("/mail");
  expectHarmless(list.body);
  const page = await ask(`/mail/${mail}`);
  expectHarmless(page.body);
  expect(page.body).toContain('href="https://x.test/a?b=c&amp;d=e"');
  expect(page.body).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');

  const rendered = await ask(`/mail/${mail}/html`);
  const policy = rendered.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox;/);
  expect(policy).not.toMatch(/allow-scripts|allow-same-origin/);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'self'");
});

it("escapes the path in error pages", async () => {
  const { ask } = await app();
  for (const address of ["/queues/", "/mail/", "/data/", "/traces/", "/none/", "/traces?id="]) {
    const { status, body } = await ask(`${address}${encodeURIComponent(HOSTILE)}`);
    expect(status).toBe(404);
    expect(body).not.toMatch(/<script>|<img/);
  }
  expect((await ask("/mail/%ff")).status).toBe(404);
});

/** As stored after a SendEmail; the tests of SES send over the wire. */
async function sendMail(
  services: Awaited<ReturnType<typeof app>>["services"],
  mail: { subject: string; text: string; html: string },
): Promise<string> {
  services.ses.listMail = () => [
    {
      id: "1",
      at: "2026-11-26T03:14:14.830Z",
      from: HOSTILE,
      to: [HOSTILE],
      cc: [HOSTILE],
      bcc: [],
      replyTo: [],
      ...mail,
    },
  ];
  return "1";
}
