import {
  ListEmailIdentitiesCommand,
  SendEmailCommand,
  type SendEmailCommandInput,
} from "@aws-sdk/client-sesv2";
import { describe, expect, it } from "vitest";
import { clientsOf, refusalOf, startOwn } from "./support.ts";

async function ownMailbox(...identities: string[]) {
  const services = await startOwn();
  for (const identity of identities) services.ses.addIdentity(identity);
  const { ses } = clientsOf(services.endpoints);
  const send = (more: Partial<SendEmailCommandInput> = {}) =>
    ses.send(new SendEmailCommand({ ...letter, ...more }));
  return { ses, send, listMail: services.ses.listMail };
}

const simple = {
  Subject: { Data: "Verify" },
  Body: { Text: { Data: "link" }, Html: { Data: "<a>" } },
};

const letter: SendEmailCommandInput = {
  FromEmailAddress: "Bulkhead <hello@bulkhead.example>",
  Destination: { ToAddresses: ["ada@example.test"] },
  Content: { Simple: simple },
};

describe("a mail", () => {
  it("is stored as it was sent, the newest last", async () => {
    const { send, listMail } = await ownMailbox("hello@bulkhead.example");
    const { MessageId } = await send();
    await send({ Content: { Simple: { ...simple, Subject: { Data: "second ✉" } } } });
    expect(listMail()[0]).toMatchObject({
      id: MessageId,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      from: "Bulkhead <hello@bulkhead.example>",
      to: ["ada@example.test"],
      subject: "Verify",
      text: "link",
      html: "<a>",
    });
    expect(listMail().map(({ subject }) => subject)).toEqual(["Verify", "second ✉"]);
  });

  it("from an unverified address is rejected", async () => {
    const { send, listMail } = await ownMailbox("bulkhead.example");
    await send({ FromEmailAddress: "a@mail.bulkhead.example" });
    for (const FromEmailAddress of ["a@notbulkhead.example", "bulkhead.example <a@evil.example>"]) {
      expect((await refusalOf(send({ FromEmailAddress }))).name).toBe("MessageRejected");
    }
    expect(listMail()).toHaveLength(1);
  });

  it("with a line break in an address or its subject is refused", async () => {
    const { send } = await ownMailbox("bulkhead.example");
    const to = { Destination: { ToAddresses: ["a@b.test\r\nBcc: c@d.test"] } };
    expect((await refusalOf(send(to))).name).toBe("BadRequestException");
    const subject = { Simple: { ...simple, Subject: { Data: "a\r\nBcc: c@d.test" } } };
    expect((await refusalOf(send({ Content: subject }))).name).toBe("BadRequestException");
  });

  it.each([
    ["Raw", { Content: { Raw: { Data: new Uint8Array([1]) } } }],
    ["Template", { Content: { Template: { TemplateName: "t" } } }],
    [
      "Attachments",
      {
        Content: {
          Simple: { ...simple, Attachments: [{ FileName: "f", RawContent: new Uint8Array() }] },
        },
      },
    ],
    ["ConfigurationSetName", { ConfigurationSetName: "c" }],
    ["no recipients", { Destination: {} }],
  ])("with %s is refused", async (name, more) => {
    const { send } = await ownMailbox("bulkhead.example");
    const refusal = await refusalOf(send(more));
    expect(refusal.name).toBe("BadRequestException");
    expect(refusal.message).toMatch(
      name === "no recipients" ? /Recipient count/ : new RegExp(name),
    );
  });
});

it("refuses other operations of SES by method and path", async () => {
  const { ses } = await ownMailbox();
  const refusal = await refusalOf(ses.send(new ListEmailIdentitiesCommand({})));
  expect([refusal.name, refusal.message]).toEqual([
    "UnknownOperationException",
    expect.stringMatching(/POST \/v2\/email\/list-identities/),
  ]);
});
