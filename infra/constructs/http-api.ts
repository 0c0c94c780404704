import { Duration, Stack } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { HttpApi, HttpStage, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  FunctionEventType,
  OriginRequestPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import type { StageConfig } from "../stages.ts";
import { edgeFunction } from "./edge-function.ts";
import { apiHeaders } from "./response-headers.ts";

/** An HTTP API without routes, throttled, with an access log. */
export function httpApi(
  scope: Construct,
  { throttle }: StageConfig,
  accessLog: ILogGroup,
): HttpApi {
  const api = new HttpApi(scope, "Api", { createDefaultStage: false });
  new HttpStage(scope, "Stage", {
    httpApi: api,
    autoDeploy: true,
    throttle: { rateLimit: throttle.rate, burstLimit: throttle.burst },
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLog),
      format: AccessLogFormat.custom(ACCESS_LOG),
    },
  });
  return api;
}

/** How the distribution forwards requests to the API: uncached, and without Host, which API Gateway rejects. */
export function apiBehavior(
  scope: Construct,
  api: HttpApi,
  originSecret: ISecret,
): BehaviorOptions {
  const { region, urlSuffix } = Stack.of(scope);
  return {
    origin: new HttpOrigin(`${api.apiId}.execute-api.${region}.${urlSuffix}`, {
      // CloudFront replaces what a viewer sends under this name, so a viewer can't forge it.
      // CloudFormation reads the value when it deploys; the template holds the reference.
      customHeaders: { "x-origin-secret": originSecret.secretValue.unsafeUnwrap() },
      readTimeout: Duration.seconds(30),
    }),
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    responseHeadersPolicy: apiHeaders(scope),
    functionAssociations: [
      {
        eventType: FunctionEventType.VIEWER_REQUEST,
        function: edgeFunction(scope, "Viewer", VIEWER),
      },
    ],
  };
}

// Sets the headers with the viewer's host and address. It overwrites what the viewer sent under these names.
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
