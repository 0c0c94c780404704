import { ignored, type KnownProperties, supported } from "./properties.ts";

const plainHttp = ignored("the front door is plain HTTP on the loopback interface");
const people = ignored("it is for people");

const behavior: KnownProperties = {
  PathPattern: supported,
  TargetOriginId: supported,
  AllowedMethods: supported,
  FunctionAssociations: { EventType: supported, FunctionARN: supported },
  OriginRequestPolicyId: supported,
  ResponseHeadersPolicyId: supported,
  CachePolicyId: supported,
  CachedMethods: ignored("nothing is kept, only compared"),
  Compress: supported,
  ViewerProtocolPolicy: plainHttp,
};

export const DISTRIBUTION_PROPERTIES: KnownProperties = {
  DistributionConfig: {
    CacheBehaviors: behavior,
    DefaultCacheBehavior: behavior,
    DefaultRootObject: supported,
    Origins: {
      Id: supported,
      DomainName: supported,
      OriginCustomHeaders: { HeaderName: supported, HeaderValue: supported },
      CustomOriginConfig: plainHttp,
      S3OriginConfig: ignored("the bucket is read in-process"),
      OriginAccessControlId: ignored("the bucket is read in-process"),
      ConnectionAttempts: ignored("the origin is in-process"),
      ConnectionTimeout: ignored("the origin is in-process"),
    },
    Enabled: supported,
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
