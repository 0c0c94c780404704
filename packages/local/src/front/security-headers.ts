/**
 * What CloudFront's managed policy SecurityHeadersPolicy adds to an answer that lacks them. HSTS is
 * left out: a browser ignores it on plain HTTP.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
 */
export const securityHeaders: [name: string, value: string][] = [
  ["referrer-policy", "strict-origin-when-cross-origin"],
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "SAMEORIGIN"],
  ["x-xss-protection", "1; mode=block"],
];
