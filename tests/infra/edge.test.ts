import { Match, Template } from "aws-cdk-lib/assertions";
import { expect, it } from "vitest";
import { build, ofType, written } from "./support.ts";

it("the public URL of a stage with a domain is that domain, with TLS 1.2 or later", () => {
  const certificateArn = "arn:aws:acm:us-east-1:111111111111:certificate/x";
  const { stacks } = build("prod", { domain: { name: "app.example.com", certificateArn } });
  Template.fromStack(stacks.entry).hasResourceProperties("AWS::CloudFront::Distribution", {
    DistributionConfig: {
      Aliases: ["app.example.com"],
      ViewerCertificate: {
        AcmCertificateArn: certificateArn,
        MinimumProtocolVersion: "TLSv1.2_2021",
      },
    },
  });
  const [auth] = ofType(stacks.api, "AWS::Lambda::Function");
  expect(auth?.Properties.Environment.Variables.PUBLIC_URL).toBe("https://app.example.com");
});

it("a stage with a zone has its certificate in us-east-1, and DNS records for the distribution", () => {
  const zone = { hostedZoneId: "Z1", zoneName: "example.com" };
  const { entry, edge } = build("dev", { domain: { name: "app.example.com", zone } }).stacks;
  if (!edge) throw new Error("There is no Edge.");
  expect(edge.region).toBe("us-east-1");
  expect(ofType(edge, "AWS::WAFv2::WebACL")).toEqual([]);
  expect(ofType(edge, "AWS::CertificateManager::Certificate")[0]?.Properties).toMatchObject({
    DomainName: "app.example.com",
    ValidationMethod: "DNS",
    DomainValidationOptions: [{ DomainName: "app.example.com", HostedZoneId: "Z1" }],
  });

  const records = ofType(entry, "AWS::Route53::RecordSet").map(({ Properties: p }) => [
    p.Name,
    p.Type,
    p.HostedZoneId,
    written(p.AliasTarget.DNSName),
  ]);
  expect(records).toEqual([
    ["app.example.com.", "A", "Z1", "Distribution.DomainName"],
    ["app.example.com.", "AAAA", "Z1", "Distribution.DomainName"],
  ]);
  const [distribution] = ofType(entry, "AWS::CloudFront::Distribution");
  const { ViewerCertificate } = distribution?.Properties.DistributionConfig ?? {};
  expect(written(ViewerCertificate.AcmCertificateArn)).toContain("Certificate");
});

it("prod has a firewall that counts large bodies and logs no credential", () => {
  const { entry, edge } = build("prod").stacks;
  Template.fromStack(entry).hasResourceProperties("AWS::CloudFront::Distribution", {
    DistributionConfig: { WebACLId: Match.anyValue() },
  });
  const [acl] = edge ? ofType(edge, "AWS::WAFv2::WebACL") : [];
  const groups = JSON.stringify(acl?.Properties.Rules);
  expect(groups).toContain('"ActionToUse":{"Count":{}},"Name":"SizeRestrictions_BODY"');
  const [logging] = edge ? ofType(edge, "AWS::WAFv2::LoggingConfiguration") : [];
  expect(logging?.Properties.RedactedFields).toEqual([
    { SingleHeader: { Name: "authorization" } },
    { SingleHeader: { Name: "cookie" } },
  ]);
});
