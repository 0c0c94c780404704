import { created } from "./created.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType } from "./resource-type.ts";

export const emailIdentity: EmulatedType = {
  type: "AWS::SES::EmailIdentity",
  properties: {
    EmailIdentity: supported,
    DkimAttributes: ignored("no mail leaves this machine"),
    DkimSigningAttributes: ignored("no mail leaves this machine"),
    MailFromAttributes: ignored("no mail leaves this machine"),
    FeedbackAttributes: ignored("no mail bounces"),
  },

  create(context) {
    const identity = context.read.text("EmailIdentity");
    context.cloud.services.ses.addIdentity(identity);
    const records = [1, 2, 3].flatMap((index) => [
      [`DkimDNSTokenName${index}`, `local${index}._domainkey.${identity}`],
      [`DkimDNSTokenValue${index}`, `local${index}.dkim.amazonses.com`],
    ]);
    return created(context, identity, Object.fromEntries(records));
  },
};
