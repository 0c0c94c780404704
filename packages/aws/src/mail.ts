import type { SESv2Client } from "@aws-sdk/client-sesv2";
import type { Mail } from "@bulkhead/core/ports";
import { clientOptions, once } from "./client.ts";

/** Plain-text mail from one verified address. `open` gives the client. @default - the SDK's, made at first use */
export function createMail(from: string, open: () => Promise<SESv2Client> = openClient): Mail {
  return {
    async send(to, subject, text) {
      const { SendEmailCommand } = await import("@aws-sdk/client-sesv2");
      const client = await open();
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text) } } },
        }),
      );
    },
  };
}

const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });

const openClient = once(async () => {
  const { SESv2Client } = await import("@aws-sdk/client-sesv2");
  return new SESv2Client(clientOptions());
});
