import { Duration, Stack } from "aws-cdk-lib";
import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  type ResponseCustomHeader,
  ResponseHeadersPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import type { Construct } from "constructs";

/**
 * Everything from the same origin and nothing inline: injected markup runs no script, loads nothing and
 * sends nothing. Exports are downloaded by navigation, which no directive here restricts.
 */
const SITE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A response of the API is data. A browser that shows it as a page loads nothing. */
const API_CSP = "default-src 'none'; frame-ancestors 'none'";

/** The console uses none of them, so injected script must not either. */
const UNUSED_FEATURES = [
  "accelerometer",
  "autoplay",
  "camera",
  "display-capture",
  "encrypted-media",
  "fullscreen",
  "geolocation",
  "gyroscope",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "screen-wake-lock",
  "usb",
  "xr-spatial-tracking",
];

/** The response headers of every page and file of the site. */
export const siteHeaders = (scope: Construct) =>
  policy(scope, "SiteHeaders", SITE_CSP, [
    ["permissions-policy", UNUSED_FEATURES.map((feature) => `${feature}=()`).join(", ")],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
  ]);

/** The response headers of every response of the API. */
export const apiHeaders = (scope: Construct) =>
  policy(scope, "ApiHeaders", API_CSP, [["cross-origin-resource-policy", "same-origin"]]);

function policy(
  scope: Construct,
  id: string,
  contentSecurityPolicy: string,
  others: [name: string, value: string][],
): ResponseHeadersPolicy {
  // Replaces what an origin sends under the same names.
  const override = true;
  return new ResponseHeadersPolicy(scope, id, {
    // CloudFormation requires a name, and the CDK's default is the same in every stage of an account.
    responseHeadersPolicyName: `${Stack.of(scope).stackName}-${id}`,
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override },
      contentTypeOptions: { override },
      // For browsers without frame-ancestors.
      frameOptions: { frameOption: HeadersFrameOption.DENY, override },
      // Links in mails hold tokens in their query, and URLs of pages hold ids.
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.SAME_ORIGIN, override },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.days(730),
        includeSubdomains: true,
        override,
      },
    },
    customHeadersBehavior: {
      customHeaders: others.map(
        ([header, value]): ResponseCustomHeader => ({ header, value, override }),
      ),
    },
  });
}
