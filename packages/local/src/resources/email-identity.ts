import { made } from "./created.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType } from "./resource-type.ts";

export const emailIdentity: EmulatedType = {
  type: "AWS::SES::EmailIdentity",
  properties: {
    EmailIdentity: supported,
    DkimAttributes: ignored("no letter leaves the laptop"),
    DkimSigningAttributes: ignored("no letter leaves the laptop"),
    MailFromAttributes: ignored("no letter leaves the laptop"),
    FeedbackAttributes: ignored("no letter bounces"),
  },

  make(making) {
    const identity = making.read.text("EmailIdentity");
    making.cloud.services.ses.addIdentity(identity);
    const records = [1, 2, 3].flatMap((index) => [
      [`DkimDNSTokenName${index}`, `local${index}._domainkey.${identity}`],
      [`DkimDNSTokenValue${index}`, `local${index}.dkim.amazonses.com`],
    ]);
    return made(making, identity, Object.fromEntries(records));
  },
};
