import { runInNewContext } from "node:vm";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { build, ofType, resources, written } from "./support.ts";

const NO_CACHE = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

describe.each(["dev", "prod"] as const)("the entry of %s", (name) => {
  const { stacks, stage } = build(name);
  const { entry } = stacks;
  const [distribution] = ofType(entry, "AWS::CloudFront::Distribution");
  const config = distribution?.Properties.DistributionConfig;

  it("forwards everything except Host to the API, uncached", () => {
    expect(config.CacheBehaviors.map((each: { PathPattern: string }) => each.PathPattern)).toEqual([
      "/v1/*",
      "/api/auth/*",
    ]);
    for (const behavior of config.CacheBehaviors) {
      expect(behavior).toMatchObject({
        CachePolicyId: NO_CACHE,
        OriginRequestPolicyId: ALL_BUT_HOST,
        ViewerProtocolPolicy: "redirect-to-https",
        FunctionAssociations: [{ EventType: "viewer-request" }],
      });
      expect(behavior.AllowedMethods).toContain("DELETE");
    }
  });

  it("sends the origin secret to the API, and has a reference to it in the template", () => {
    const origin = config.Origins.find(
      (each: { OriginCustomHeaders?: unknown }) => each.OriginCustomHeaders,
    );
    const [header] = origin.OriginCustomHeaders;
    expect(header.HeaderName).toBe("x-origin-secret");
    expect(written(header.HeaderValue)).toBe(
      "{{resolve:secretsmanager:OriginSecret:SecretString:::}}",
    );
  });

  const policies = ofType(entry, "AWS::CloudFront::ResponseHeadersPolicy");
  const headersOf = ({
    ResponseHeadersPolicyId: { Ref: id },
  }: typeof config.DefaultCacheBehavior) =>
    resources(entry)[id]?.Properties.ResponseHeadersPolicyConfig;

  it("lets pages load scripts of the site only, and nothing inline", () => {
    const { SecurityHeadersConfig: headers } = headersOf(config.DefaultCacheBehavior);
    expect(headers.ContentSecurityPolicy).toEqual({
      ContentSecurityPolicy:
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
        "font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; " +
        "base-uri 'none'; frame-ancestors 'none'",
      Override: true,
    });
  });

  it("sends a Content-Security-Policy with API responses that lets them load nothing", () => {
    for (const behavior of config.CacheBehaviors) {
      expect(headersOf(behavior).SecurityHeadersConfig.ContentSecurityPolicy).toEqual({
        ContentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        Override: true,
      });
    }
  });

  it("sends HSTS, nosniff and frame denial with every response", () => {
    expect(policies).toHaveLength(2);
    for (const { Properties } of policies) {
      const { SecurityHeadersConfig: headers } = Properties.ResponseHeadersPolicyConfig;
      expect(JSON.stringify(headers)).not.toMatch(/unsafe-|\*|https?:/);
      expect(headers).toMatchObject({
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: "DENY", Override: true },
        ReferrerPolicy: { ReferrerPolicy: "same-origin", Override: true },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 63072000, IncludeSubdomains: true },
      });
    }
  });

  it("has no error pages, which would replace the API's own 404s", () => {
    expect(config.CustomErrorResponses).toBeUndefined();
  });

  it("serves the site through the distribution only", () => {
    const template = Template.fromStack(entry);
    template.hasResourceProperties("AWS::CloudFront::OriginAccessControl", {
      OriginAccessControlConfig: { SigningBehavior: "always", SigningProtocol: "sigv4" },
    });
    template.allResourcesProperties("AWS::S3::Bucket", {
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
  });

  it("has an API without routes, throttled, with an access log", () => {
    const template = Template.fromStack(entry);
    template.resourceCountIs("AWS::ApiGatewayV2::Route", 0);
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "$default",
      AutoDeploy: true,
      AccessLogSettings: { Format: Match.stringLikeRegexp("requestId") },
      DefaultRouteSettings: { ThrottlingRateLimit: stage.throttle.rate },
    });
  });

  it("overwrites the host and address headers that a viewer sends", () => {
    const [viewer] = ofType(entry, "AWS::CloudFront::Function");
    const request = {
      headers: {
        host: { value: "app.example.com" },
        "x-forwarded-host": { value: "evil.example" },
        "x-viewer-ip": { value: "127.0.0.1" },
      },
    };
    const event = { request, viewer: { ip: "203.0.113.7" } };
    const answer = runInNewContext(`${viewer?.Properties.FunctionCode}; handler(event)`, { event });
    expect(answer.headers["x-forwarded-host"].value).toBe("app.example.com");
    expect(answer.headers["x-viewer-ip"].value).toBe("203.0.113.7");
  });
});

// The public URL contains the distribution's name, and the origin's URL the API's id.
it("keeps the logical ids of the distribution and the API", () => {
  const ids = Object.keys(resources(build("prod").stacks.entry));
  expect(ids).toEqual(expect.arrayContaining(["ApiF70053CD", "Distribution830FAC52"]));
});

it("the public URL of dev is the distribution's", () => {
  const [auth] = ofType(build("dev").stacks.api, "AWS::Lambda::Function");
  expect(written(auth?.Properties.Environment.Variables.PUBLIC_URL)).toBe(
    "https://DistributionDomainName",
  );
});
