import { Stack } from "aws-cdk-lib";
import {
  Function as EdgeFunction,
  FunctionCode,
  FunctionRuntime,
} from "aws-cdk-lib/aws-cloudfront";
import type { Construct } from "constructs";

/** A CloudFront Function: `code` runs at the edge, in CloudFront's own JavaScript. */
export const edgeFunction = (scope: Construct, id: string, code: string) =>
  new EdgeFunction(scope, id, {
    // CloudFormation requires a name, and the CDK's default is the same in every stage of an account.
    functionName: `${Stack.of(scope).stackName}-${id}`,
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(code),
  });
