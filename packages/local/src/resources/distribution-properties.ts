import { honoured, ignored, type KnownProperties } from "./properties.ts";

const plainHttp = ignored("the front door is plain HTTP on the loopback interface");
const people = ignored("it is for people");

const behavior: KnownProperties = {
  PathPattern: honoured,
  TargetOriginId: honoured,
  AllowedMethods: honoured,
  FunctionAssociations: { EventType: honoured, FunctionARN: honoured },
  OriginRequestPolicyId: honoured,
  ResponseHeadersPolicyId: honoured,
  CachePolicyId: honoured,
  CachedMethods: ignored("nothing is kept, only compared"),
  Compress: honoured,
  ViewerProtocolPolicy: plainHttp,
};

export const DISTRIBUTION_PROPERTIES: KnownProperties = {
  DistributionConfig: {
    CacheBehaviors: behavior,
    DefaultCacheBehavior: behavior,
    DefaultRootObject: honoured,
    Origins: {
      Id: honoured,
      DomainName: honoured,
      OriginCustomHeaders: { HeaderName: honoured, HeaderValue: honoured },
      CustomOriginConfig: plainHttp,
      S3OriginConfig: ignored("the bucket is read in-process"),
      OriginAccessControlId: ignored("the bucket is read in-process"),
      ConnectionAttempts: ignored("the origin is in-process"),
      ConnectionTimeout: ignored("the origin is in-process"),
    },
    Enabled: honoured,
    Aliases: plainHttp,
    ViewerCertificate: plainHttp,
    HttpVersion: plainHttp,
    IPV6Enabled: plainHttp,
    Logging: ignored("the functions' own lines are printed"),
    PriceClass: ignored("there is one edge"),
    Restrictions: ignored("there is one edge"),
    WebACLId: ignored("a laptop has no firewall of AWS's"),
    Comment: people,
  },
};
