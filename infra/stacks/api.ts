import type { ApiConfig, AuthConfig } from "@bulkhead/config";
import { Duration, Stack } from "aws-cdk-lib";
import { HttpMethod, HttpRoute, HttpRouteKey } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import {
  connectAs,
  readObjects,
  readSecrets,
  sendMail,
  sendTo,
  useKey,
} from "../constructs/allow.ts";
import { databaseUrl } from "../constructs/database.ts";
import { connectEverywhere, databaseVariables, type Placements } from "../constructs/placements.ts";
import { ServiceFunction } from "../constructs/service-function.ts";
import type { EntryStack } from "./entry.ts";
import type { JobsStack } from "./jobs.ts";
import type { ServiceStackProps } from "./service-stack.ts";

export interface ApiStackProps extends ServiceStackProps {
  readonly placements: Placements;
  readonly entry: EntryStack;
  readonly jobs: JobsStack;
}

// API Gateway closes a request after 30 seconds; before that, the function can still answer with the reason.
const timeout = Duration.seconds(29);

/** Sign-in and the API, each with its route. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);

    this.route(props, "AuthRoute", "/api/auth/{proxy+}", this.addAuth(props).function);
    this.route(props, "ApiRoute", "/v1/{proxy+}", this.addApi(props).function);
  }

  private addAuth(props: ApiStackProps): ServiceFunction<AuthConfig> {
    const { stage, data, entry } = props;
    return new ServiceFunction<AuthConfig>(this, "Auth", {
      context: props,
      name: "auth",
      environment: {
        DATABASE_URL: databaseUrl(data.database, "bulkhead_auth"),
        PUBLIC_URL: entry.publicUrl,
        AUTH_SECRET_ARN: data.authSecret.secretArn,
        ORIGIN_SECRET_ARN: data.originSecret.secretArn,
        MAIL_FROM: stage.mail.from,
      },
      statements: [
        connectAs(this, "bulkhead_auth", data.database.cluster),
        readSecrets(data.authSecret, data.originSecret),
        useKey(data.secretsKey, "secretsmanager", ["Decrypt"]),
        sendMail(this, stage.mail),
      ],
      timeout,
      memory: 1024, // for the CPU: password hashing
      joinsNetwork: true,
      onErrors:
        "Sign-in may fail for every user. Read its log; roll back if a deployment came before.",
    });
  }

  private addApi(props: ApiStackProps): ServiceFunction<ApiConfig> {
    const { placements, data, entry, jobs } = props;
    return new ServiceFunction<ApiConfig>(this, "Api", {
      context: props,
      name: "api",
      environment: {
        ...databaseVariables(this, placements, "bulkhead_api"),
        PUBLIC_URL: entry.publicUrl,
        ORIGIN_SECRET_ARN: data.originSecret.secretArn,
        ...jobs.queueUrls,
        EXPORTS_BUCKET: data.exports.bucketName,
      },
      statements: [
        connectEverywhere(this, placements, "bulkhead_api"),
        readSecrets(data.originSecret),
        useKey(data.secretsKey, "secretsmanager", ["Decrypt"]),
        sendTo(jobs.jobs, jobs.sweeps),
        useKey(jobs.key, "sqs", ["Decrypt", "GenerateDataKey"]),
        // A presigned download link has the permissions of the role that signed it.
        readObjects(data.exports, "exports/"),
        useKey(data.exportsKey, "s3", ["Decrypt"]),
      ],
      timeout,
      memory: 1024,
      joinsNetwork: true,
      onErrors: "Requests fail. Read its log; roll back if a deployment came before.",
    });
  }

  private route({ entry }: ApiStackProps, id: string, path: string, handler: IFunction): void {
    new HttpRoute(this, id, {
      httpApi: entry.api,
      routeKey: HttpRouteKey.with(path, HttpMethod.ANY),
      integration: new HttpLambdaIntegration("Integration", handler),
    });
  }
}
