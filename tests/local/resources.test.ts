import { expect, it } from "vitest";
import { deploy, lambdaFunction } from "./support/deploy.ts";
import { temporaryFolder } from "./support/handlers.ts";

it("refuses an unsupported type by name before it creates anything", async () => {
  const refused = deploy({
    Jobs: { Type: "AWS::SQS::Queue" },
    Table: { Type: "AWS::DynamoDB::Table" },
  });
  await expect(refused).rejects.toThrow("AWS::DynamoDB::Table Table (stack App) is of a type");
});

it("refuses an unsupported property at any depth", async () => {
  await expect(
    deploy({ Jobs: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } } }),
  ).rejects.toThrow("AWS::SQS::Queue Jobs (stack App) has the property FifoQueue");

  const RedrivePolicy = { deadLetterTargetArn: "a", maxReceiveCount: 3, surprise: 1 };
  await expect(
    deploy({ Jobs: { Type: "AWS::SQS::Queue", Properties: { RedrivePolicy } } }),
  ).rejects.toThrow("AWS::SQS::Queue Jobs (stack App), RedrivePolicy has the property surprise");
});

it("refuses an unsupported value", async () => {
  const Properties = { ProtocolType: "WEBSOCKET" };
  await expect(deploy({ Api: { Type: "AWS::ApiGatewayV2::Api", Properties } })).rejects.toThrow(
    'ProtocolType must be HTTP in the local cloud, not "WEBSOCKET"',
  );
});

it("does not evaluate ignored properties", async () => {
  const VpcConfig = { SubnetIds: { "Fn::GetAZs": "" } };
  const cloud = await deploy(
    {
      Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: { "Fn::Cidr": ["10.0.0.0/8", 1] } } },
      Worker: lambdaFunction("worker", { VpcConfig }),
    },
    { code: { worker: "export const handler = async () => 1;" } },
  );
  expect(cloud.fleet.find("App-Worker")).toBeDefined();
});

it("gives a function the settings of its template and resolved references", async () => {
  const Variables = {
    QUEUE: { Ref: "Jobs" },
    KEY: { "Fn::GetAtt": ["Key", "Arn"] },
    BUCKET: { Ref: "Files" },
  };
  const cloud = await deploy(
    {
      Worker: lambdaFunction("worker", {
        Environment: { Variables },
        MemorySize: 512,
        ReservedConcurrentExecutions: 2,
      }),
      Jobs: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 60 } },
      Key: { Type: "AWS::KMS::Key" },
      Files: { Type: "AWS::S3::Bucket" },
    },
    { code: { worker: "export const handler = async () => 1;" } },
  );
  const [queue] = cloud.services.sqs.list();
  expect(cloud.fleet.find("App-Worker")?.definition).toMatchObject({
    arn: "arn:aws:lambda:eu-central-1:000000000000:function:App-Worker",
    timeoutSeconds: 5,
    memoryMegabytes: 512,
    reservedConcurrency: 2,
    variables: {
      QUEUE: queue?.url,
      KEY: expect.stringMatching(/^arn:aws:kms:eu-central-1:000000000000:key\/[0-9a-z-]{36}$/),
      BUCKET: "app-files",
    },
  });
});

it("refuses a visibility timeout below the function's timeout", async () => {
  const refused = deploy(
    {
      Jobs: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 2 } },
      Worker: lambdaFunction("worker"),
      Feed: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          EventSourceArn: { "Fn::GetAtt": ["Jobs", "Arn"] },
          FunctionName: { Ref: "Worker" },
        },
      },
    },
    { code: { worker: "export const handler = async () => 1;" } },
  );
  await expect(refused).rejects.toThrow("visibility timeout is shorter");
});

it("keeps a generated secret over restarts", async () => {
  const home = temporaryFolder();
  const Resources = {
    Origin: {
      Type: "AWS::SecretsManager::Secret",
      Properties: { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } },
    },
  };
  const first = await deploy(Resources, { home });
  const value = first.services.secrets.valueOf(first.services.secrets.list()[0]?.arn ?? "");
  expect(value).toMatch(/^[A-Za-z0-9]{64}$/);
  const { services } = await deploy(Resources, { home });
  expect(services.secrets.valueOf(services.secrets.list()[0]?.arn ?? "")).toBe(value);
});
