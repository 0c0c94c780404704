import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { HttpApi, HttpStage, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  FunctionEventType,
  HttpVersion,
  OriginRequestPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
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
import { encryptedLogs } from "../constructs/logs.ts";
import { logBucket, privateBucket } from "../constructs/private-bucket.ts";
import { apiHeaders, siteHeaders } from "../constructs/response-headers.ts";
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

/** The one way in: a distribution before a bare API and the site's files. Routes come with Api. */
export class EntryStack extends Stack {
  readonly api: HttpApi;
  readonly apiLogs: LogGroup;
  readonly distribution: Distribution;
  /** Holds the site's files, which come with Web. */
  readonly site: Bucket;
  /** Where the product is reached from outside, without a path. Nobody else knows it. */
  readonly publicUrl: string;

  constructor(scope: Construct, id: string, props: EntryStackProps) {
    super(scope, id, props);
    const { stage, data, edge } = props;

    this.apiLogs = encryptedLogs(this, "ApiLogs", stage, props.network.operationsKey);
    this.api = this.addApi(props);
    const accessLogs = logBucket(this, "AccessLogs", stage.logDays);
    const logs = logBucket(this, "Logs", stage.logDays, {
      encryption: BucketEncryption.KMS,
      encryptionKey: props.network.operationsKey,
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

    const api = this.apiBehavior(data);
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

  /** Cached as each file says: a hashed one for a year, a page for no longer than a second. */
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

  private addApi({ stage }: EntryStackProps): HttpApi {
    const api = new HttpApi(this, "Api", { createDefaultStage: false });
    new HttpStage(this, "Stage", {
      httpApi: api,
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.rate, burstLimit: stage.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.apiLogs),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
    return api;
  }

  /** Nothing is cached, everything is passed on but the Host: API Gateway answers to its own only. */
  private apiBehavior({ originSecret }: DataStack): BehaviorOptions {
    return {
      origin: new HttpOrigin(`${this.api.apiId}.execute-api.${this.region}.${this.urlSuffix}`, {
        // CloudFront replaces what a viewer sends under this name, so it can't be forged from there.
        // CloudFormation reads the value when it deploys; the template holds the reference.
        customHeaders: { "x-origin-secret": originSecret.secretValue.unsafeUnwrap() },
        readTimeout: Duration.seconds(30),
      }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: apiHeaders(this),
      functionAssociations: [
        {
          eventType: FunctionEventType.VIEWER_REQUEST,
          function: edgeFunction(this, "Viewer", VIEWER),
        },
      ],
    };
  }
}

// Tells the API which host was asked, and by whom. It overwrites what the viewer sent under these names.
const VIEWER = `function handler(event) {
  var request = event.request;
  request.headers["x-forwarded-host"] = { value: request.headers.host.value };
  request.headers["x-viewer-ip"] = { value: event.viewer.ip };
  return request;
}
`;

const ACCESS_LOG = JSON.stringify({
  time: "$context.requestTime",
  requestId: "$context.requestId",
  ip: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  route: "$context.routeKey",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  bytes: "$context.responseLength",
  error: "$context.integrationErrorMessage",
});
