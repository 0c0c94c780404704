import type { Acknowledgement } from "../acknowledgement.ts";

export const ENTRY: readonly Acknowledgement[] = [
  {
    rule: "AwsSolutions-CFR1",
    on: ["Entry/Distribution"],
    reason: "The product is sold in every country; contracts handle sanctions.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: "AwsSolutions-CFR2",
    on: ["Entry/Distribution"],
    stages: ["dev"],
    reason: "Development has no customers, and the API is throttled. Production has the firewall.",
    owner: "security",
    expires: "2027-11-23",
  },
  {
    rule: "AwsSolutions-CFR4",
    on: ["Entry/Distribution"],
    reason:
      "CloudFront fixes the TLS version of its own domain name. With a domain in infra/stages.ts the " +
      "minimum is TLS 1.2, and this entry must be removed.",
    owner: "security",
    expires: "2027-05-23",
  },
  {
    rule: "AwsSolutions-APIG4",
    on: ["Api/AuthRoute", "Api/ApiRoute"],
    reason:
      "An authorizer would decide outside the database. The function checks the origin secret of each " +
      "request, and PostgreSQL checks its credential in the statement's own transaction; sign-in has " +
      "none yet.",
    owner: "security",
    expires: "2027-11-23",
  },
];
