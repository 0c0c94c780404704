import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  FunctionEventType,
  HttpVersion,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import {
  AaaaRecord,
  ARecord,
  HostedZone,
  type HostedZoneAttributes,
  RecordTarget,
} from "aws-cdk-lib/aws-route53";
import { CloudFrontTarget } from "aws-cdk-lib/aws-route53-targets";
import { type Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { edgeFunction } from "../constructs/edge-function.ts";
import { apiBehavior, httpApi } from "../constructs/http-api.ts";
import { encryptedLogs } from "../constructs/logs.ts";
import { logBucket, privateBucket } from "../constructs/private-bucket.ts";
import { siteHeaders } from "../constructs/response-headers.ts";
import type { Site } from "../site/site.ts";
import { siteViewer } from "../site/viewer.ts";
import type { StageConfig } from "../stages.ts";
import type { DataStack } from "./data.ts";
import type { EdgeStack } from "./edge.ts";
import type { NetworkStack } from "./network.ts";

export interface EntryStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly edge?: EdgeStack;
  readonly site: Site;
}

/** The public entry: a distribution in front of the API and the site. The stack Api adds the routes. */
export class EntryStack extends Stack {
  readonly api: HttpApi;
  readonly apiLogs: LogGroup;
  readonly distribution: Distribution;
  /** The site's bucket. The stack Web uploads the files. */
  readonly site: Bucket;
  /** Public URL of the product, without a path. */
  readonly publicUrl: string;

  constructor(scope: Construct, id: string, props: EntryStackProps) {
    super(scope, id, props);
    const { stage, network, data, edge } = props;

    this.apiLogs = encryptedLogs(this, "ApiLogs", stage, network.operationsKey);
    this.api = httpApi(this, stage, this.apiLogs);
    const accessLogs = logBucket(this, "AccessLogs", stage.logDays);
    const logs = logBucket(this, "Logs", stage.logDays, {
      encryption: BucketEncryption.KMS,
      encryptionKey: network.operationsKey,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: "logs/",
    });
    this.site = privateBucket(this, "Site", {
      encryption: BucketEncryption.S3_MANAGED,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: "site/",
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
    });

    const api = apiBehavior(this, this.api, data.originSecret);
    this.distribution = new Distribution(this, "Distribution", {
      comment: `Bulkhead ${stage.name}`,
      defaultBehavior: this.siteBehavior(props.site),
      additionalBehaviors: { "/v1/*": api, "/api/auth/*": api },
      defaultRootObject: "index.html",
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: "distribution/",
      webAclId: edge?.firewallArn,
      ...(stage.domain && {
        domainNames: [stage.domain.name],
        certificate: edge?.certificate,
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    });
    if (stage.domain?.zone) this.addRecords(stage.domain.name, stage.domain.zone);
    this.publicUrl = `https://${stage.domain?.name ?? this.distribution.distributionDomainName}`;
  }

  private addRecords(recordName: string, zone: HostedZoneAttributes): void {
    const props = {
      zone: HostedZone.fromHostedZoneAttributes(this, "Zone", zone),
      recordName,
      target: RecordTarget.fromAlias(new CloudFrontTarget(this.distribution)),
    };
    new ARecord(this, "Ipv4", props);
    new AaaaRecord(this, "Ipv6", props);
  }

  /** Cached by each file's own Cache-Control: a hashed file for a year, a page for at most a second. */
  private siteBehavior(site: Site): BehaviorOptions {
    const viewer = edgeFunction(this, "SiteViewer", siteViewer(site));
    const at = (eventType: FunctionEventType) => ({ eventType, function: viewer });
    return {
      origin: S3BucketOrigin.withOriginAccessControl(this.site, {
        originAccessControl: new S3OriginAccessControl(this, "SiteAccess", {
          originAccessControlName: `${this.stackName}-SiteAccess`,
        }),
      }),
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: siteHeaders(this),
      functionAssociations: [
        at(FunctionEventType.VIEWER_REQUEST),
        at(FunctionEventType.VIEWER_RESPONSE),
      ],
    };
  }
}
