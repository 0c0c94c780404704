import { ignored, type PropertySupport, supported } from "./properties.ts";

const plainHttp = ignored("the front door is plain HTTP on the loopback interface");

const behavior: PropertySupport = {
  PathPattern: supported,
  TargetOriginId: supported,
  AllowedMethods: supported,
  FunctionAssociations: { EventType: supported, FunctionARN: supported },
  OriginRequestPolicyId: supported,
  ResponseHeadersPolicyId: supported,
  CachePolicyId: supported,
  CachedMethods: ignored("nothing is cached"),
  Compress: supported,
  ViewerProtocolPolicy: plainHttp,
};

export const DISTRIBUTION_PROPERTIES: PropertySupport = {
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
    Logging: ignored("the functions' log lines are shown instead"),
    PriceClass: ignored("there are no edge locations"),
    Restrictions: ignored("there are no edge locations"),
    WebACLId: ignored("the local cloud has no firewall"),
    Comment: ignored("documentation only"),
  },
};
