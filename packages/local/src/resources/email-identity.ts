import type { ActingType } from "./acting.ts";
import { made } from "./made.ts";
import { honoured, ignored } from "./properties.ts";

export const emailIdentity: ActingType = {
  type: "AWS::SES::EmailIdentity",
  properties: {
    EmailIdentity: honoured,
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
