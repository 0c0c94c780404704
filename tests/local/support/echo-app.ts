import { lambdaFunction } from "./deploy.ts";
import { repository } from "./repository.ts";

const VIEWER = "function handler(event) { return event.request; }";
const ANY_POLICY = {
  OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
  CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
};

/** A distribution and an API whose function echoes the request, and can be slow. */
export const echoApp = (root?: string) =>
  repository(
    {
      Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "HTTP" } },
      Echo: lambdaFunction("echo", {
        Timeout: 20,
        Environment: {
          Variables: {
            PUBLIC_URL: {
              "Fn::Join": ["", ["https://", { "Fn::GetAtt": ["Door", "DomainName"] }]],
            },
          },
        } as never,
      }),
      Integration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId: { Ref: "Api" },
          IntegrationType: "AWS_PROXY",
          PayloadFormatVersion: "2.0",
          IntegrationUri: { "Fn::GetAtt": ["Echo", "Arn"] },
        },
      },
      Route: {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId: { Ref: "Api" },
          RouteKey: "ANY /v1/{proxy+}",
          Target: { "Fn::Join": ["/", ["integrations", { Ref: "Integration" }]] },
        },
      },
      Origin: { Type: "AWS::SecretsManager::Secret", Properties: { SecretString: "right" } },
      Viewer: {
        Type: "AWS::CloudFront::Function",
        Properties: {
          Name: "viewer",
          FunctionCode: VIEWER,
          FunctionConfig: { Runtime: "cloudfront-js-2.0", Comment: "" },
        },
      },
      Door: {
        Type: "AWS::CloudFront::Distribution",
        Properties: {
          DistributionConfig: {
            Enabled: true,
            Origins: [
              {
                Id: "api",
                DomainName: {
                  "Fn::Select": [
                    2,
                    { "Fn::Split": ["/", { "Fn::GetAtt": ["Api", "ApiEndpoint"] }] },
                  ],
                },
                OriginCustomHeaders: [
                  {
                    HeaderName: "x-origin-secret",
                    HeaderValue: {
                      "Fn::Sub": `{{resolve:secretsmanager:${"$"}{Origin}:SecretString:::}}`,
                    },
                  },
                ],
              },
            ],
            DefaultCacheBehavior: {
              TargetOriginId: "api",
              ViewerProtocolPolicy: "redirect-to-https",
              AllowedMethods: ["GET", "HEAD", "POST"],
              FunctionAssociations: [
                {
                  EventType: "viewer-request",
                  FunctionARN: { "Fn::GetAtt": ["Viewer", "FunctionARN"] },
                },
              ],
              ...ANY_POLICY,
            },
          },
        },
      },
    },
    {
      echo: `export const handler = async ({ headers, rawPath }) => {
        while (rawPath === "/v1/spin");
        const wait = { "/v1/slow": 500, "/v1/wait": 60_000 }[rawPath];
        if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
        return {
          secret: headers["x-origin-secret"],
          url: process.env.PUBLIC_URL,
          environment: Object.keys(process.env),
          pid: process.pid,
        };
      };`,
    },
    root,
  );

export type Echo = { secret: string; url: string; environment: string[]; pid: number };

/** Asks the app once. */
export async function echo(url: string, headers: Record<string, string> = {}): Promise<Echo> {
  const answer = await fetch(`${url}/v1/x`, { headers });
  return (await answer.json()) as Echo;
}
