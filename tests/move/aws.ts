import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";
import { credentials, region } from "../local/services/support.ts";

const XML = { "content-type": "text/xml" };

const stacks = (stack: string) => `
<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
  <StackName>${stack}</StackName><CreationTime>2026-11-26T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
  <Outputs><member><OutputKey>FunctionName</OutputKey><OutputValue>the-operator</OutputValue></member></Outputs>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

const noStack = (stack: string) => `
<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
  <Code>ValidationError</Code><Message>Stack with id ${stack} does not exist</Message></Error></ErrorResponse>`;

const IDENTITY = `
<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
  <Arn>arn:aws:sts::123456789012:assumed-role/Admin/ada</Arn><UserId>AROA:ada</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

/**
 * The services that `--stage` calls, in their own protocols: a stack of the stage dev, the caller's identity,
 * and the function, which is `invoke`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function accountWith(invoke: (command: unknown) => Promise<unknown>): Promise<void> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (request.url === "/2015-03-31/functions/the-operator/invocations") {
      await invoke(JSON.parse(body)).then(
        (answer) => response.writeHead(200).end(JSON.stringify(answer)),
        (error: Error) =>
          response
            .writeHead(200, { "x-amz-function-error": "Unhandled" })
            .end(JSON.stringify({ errorMessage: error.message })),
      );
      return;
    }
    const query = new URLSearchParams(body);
    const stack = String(query.get("StackName"));
    if (query.get("Action") === "GetCallerIdentity") response.writeHead(200, XML).end(IDENTITY);
    else if (stack.includes("-dev-")) response.writeHead(200, XML).end(stacks(stack));
    else response.writeHead(400, XML).end(noStack(stack));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const service of ["CLOUDFORMATION", "STS", "LAMBDA"]) {
    vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, url);
  }
  vi.stubEnv("AWS_REGION", region);
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
}
