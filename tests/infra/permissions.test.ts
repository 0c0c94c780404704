import { describe, expect, it } from "vitest";
import { build, everything, written } from "./support.ts";

type Statement = { Effect: string; Action: string | string[]; Resource: unknown };

const list = <T>(value: T | T[]) => (Array.isArray(value) ? value : [value]);

const NETWORK = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
].map((action) => `${action} *`);
const TRACES = ["xray:PutTelemetryRecords *", "xray:PutTraceSegments *"];

const dbuser = (cluster: string, user: string) =>
  `rds-db:connect arn:aws:rds-db:eu-central-1:AWS::AccountId:dbuser:${cluster}/${user}`;
const atHome = (user: string) => dbuser("DatabaseClusterDBClusterResourceId", user);
/** Every database with tenants: home and the dedicated ones of the stage. */
const everywhere = (user: string) => [
  atHome(user),
  dbuser("Dedicated-annex/DatabaseClusterDBClusterResourceId", user),
];
const BUCKET = "ExportsArn/exports/*";
const ARCHIVES = "ExportsArn/archives/*";
const consume = (queue: string) =>
  ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"].map(
    (action) => `sqs:${action} ${queue}`,
  );

const dataApi = (cluster: string) =>
  ["BeginTransaction", "CommitTransaction", "ExecuteStatement", "RollbackTransaction"].map(
    (action) => `rds-data:${action} ${cluster}`,
  );

/** In the stack Jobs, whose own key encrypts the queues. */
const send = [
  "kms:Decrypt Key.Arn",
  "kms:GenerateDataKey Key.Arn",
  "sqs:SendMessage Jobs.Arn",
  "sqs:SendMessage Sweeps.Arn",
];

/** Every permission of each function, beyond logs, traces and network interfaces. */
const ALLOWED: Record<string, string[]> = {
  auth: [
    "kms:Decrypt SecretsKeyArn",
    atHome("bulkhead_auth"),
    "secretsmanager:GetSecretValue AuthSecret",
    "secretsmanager:GetSecretValue OriginSecret",
    "ses:SendEmail arn:aws:ses:eu-central-1:AWS::AccountId:identity/dev.example.com",
    "ses:SendEmail arn:aws:ses:eu-central-1:AWS::AccountId:identity/bulkhead@dev.example.com",
  ],
  api: [
    "kms:Decrypt ExportsKeyArn",
    "kms:Decrypt SecretsKeyArn",
    ...everywhere("bulkhead_api"),
    `s3:GetObject ${BUCKET}`,
    "secretsmanager:GetSecretValue OriginSecret",
    "kms:Decrypt KeyArn",
    "kms:GenerateDataKey KeyArn",
    "sqs:SendMessage JobsArn",
    "sqs:SendMessage SweepsArn",
  ],
  worker: [
    "kms:Decrypt ExportsKeyArn",
    "kms:GenerateDataKey ExportsKeyArn",
    ...everywhere("bulkhead_worker"),
    `s3:GetObject ${BUCKET}`,
    `s3:PutObject ${BUCKET}`,
    ...consume("Jobs.Arn"),
    ...send,
  ],
  "dead-letters": [...everywhere("bulkhead_dead_letters"), ...consume("Dead.Arn"), ...send],
  sweeper: [...everywhere("bulkhead_sweeper"), ...consume("Sweeps.Arn"), ...send],
  operator: [
    "kms:Decrypt ExportsKeyArn",
    "kms:GenerateDataKey ExportsKeyArn",
    ...everywhere("bulkhead_operator"),
    "s3:ListBucket ExportsArn",
    ...[BUCKET, ARCHIVES].flatMap((objects) => [
      `s3:GetObject ${objects}`,
      `s3:PutObject ${objects}`,
    ]),
  ],
  site: [
    "s3:ListBucket SiteArn",
    "s3:DeleteObject SiteArn/*",
    "s3:GetObject SiteArn/*",
    "s3:PutObject SiteArn/*",
  ],
  schema: [
    "kms:Decrypt DatabaseKeyArn",
    ...dataApi("arn:aws:rds:eu-central-1:AWS::AccountId:cluster:DatabaseCluster"),
    "secretsmanager:GetSecretValue DatabaseClusterMasterUserSecretSecretArn",
  ],
  // Its own database only, and nothing of the home database.
  "schema in Dedicated-annex": [
    "kms:Decrypt DatabaseKey.Arn",
    ...dataApi("arn:aws:rds:eu-central-1:AWS::AccountId:cluster:DatabaseCluster"),
    "secretsmanager:GetSecretValue DatabaseCluster.MasterUserSecret.SecretArn",
  ],
  "pairing in Dedicated-annex": [
    // The one of home, and the one of its own stack.
    ...["DatabaseKeyArn", "DatabaseKey.Arn"].map((key) => `kms:Decrypt ${key}`),
    ...dataApi("arn:aws:rds:eu-central-1:AWS::AccountId:cluster:DatabaseCluster"),
    ...dataApi("arn:aws:rds:eu-central-1:AWS::AccountId:cluster:DatabaseCluster"),
    "secretsmanager:GetSecretValue DatabaseCluster.MasterUserSecret.SecretArn",
    "secretsmanager:GetSecretValue DatabaseClusterMasterUserSecretSecretArn",
  ],
};

describe.each(["dev", "prod"] as const)("permissions in %s", (name) => {
  const all = everything(build(name));
  const policies = all.filter(({ Type }) => Type === "AWS::IAM::ManagedPolicy");
  const allowed = (policy: (typeof policies)[number]) =>
    (policy.Properties.PolicyDocument.Statement as Statement[])
      .flatMap(({ Action, Resource }) =>
        list(Action).flatMap((action) =>
          list(Resource).map((resource) => `${action} ${written(resource)}`),
        ),
      )
      .sort();

  it("name every action", () => {
    const wild = policies.flatMap(allowed).filter((each) => each.split(" ")[0]?.includes("*"));
    expect(wild).toEqual([]);
  });

  it("name every resource, except for traces, network interfaces and the objects of a prefix", () => {
    const wild = policies.flatMap(allowed).filter((each) => each.split(" ")[1]?.includes("*"));
    const objects = [
      ...["s3:GetObject", "s3:PutObject"].flatMap((action) =>
        [BUCKET, ARCHIVES].map((prefix) => `${action} ${prefix}`),
      ),
      ...["s3:DeleteObject", "s3:GetObject", "s3:PutObject"].map((it) => `${it} SiteArn/*`),
    ];
    const excused = [...NETWORK, ...TRACES, ...objects];
    expect(
      wild.filter((each) => !excused.includes(each) && !each.includes("RDSOSMetrics")),
    ).toEqual([]);
  });

  it("are in one managed policy for each role: no inline policy, no other grant", () => {
    expect(all.filter(({ Type }) => Type === "AWS::IAM::Policy")).toEqual([]);
    for (const role of all.filter(({ Type }) => Type === "AWS::IAM::Role")) {
      expect(role.Properties.Policies).toBeUndefined();
    }
  });

  it("of the operator allow listing its prefixes, and nothing else of the bucket", () => {
    const statements: Statement[] = policies
      .filter(({ stack }) => stack === "Operator")
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const listing = statements.filter(({ Action }) => list(Action).includes("s3:ListBucket"));
    expect(listing).toMatchObject([
      { Condition: { StringLike: { "s3:prefix": ["exports/*", "archives/*"] } } },
    ]);
  });

  it("of keys are limited to the one service that uses the key", () => {
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const keyed = statements.filter(({ Action }) => list(Action).some((a) => a.startsWith("kms:")));
    expect(keyed.length).toBeGreaterThan(0);
    for (const { Condition } of keyed) {
      expect(Condition.StringEquals["kms:ViaService"]).toMatch(
        /^(s3|secretsmanager|sqs)\.eu-central-1\.amazonaws\.com$/,
      );
    }
  });
});

describe("a function has exactly the permissions listed here:", () => {
  const all = everything(build("dev"));
  const find = (stack: string, id: string) =>
    all.find((resource) => resource.stack === stack && resource.id === id);

  const functions = all.filter(({ Type }) => Type === "AWS::Lambda::Function");
  it.each(
    functions.map((each) => {
      const service = each.Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME;
      const dedicated = each.stack.startsWith("Dedicated-");
      return [dedicated ? `${service} in ${each.stack}` : service, each];
    }),
  )("%s", (name, { stack, Properties }) => {
    const role = find(stack, Properties.Role["Fn::GetAtt"][0]);
    expect(role?.Properties.ManagedPolicyArns).toHaveLength(1);
    const policy = find(stack, role?.Properties.ManagedPolicyArns[0].Ref);
    const statements: Statement[] = policy?.Properties.PolicyDocument.Statement;
    const may = statements.flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((r) => `${action} ${written(r)}`)),
    );
    const own = may.filter((each) => !each.startsWith("logs:"));
    const usual = Properties.VpcConfig ? [...NETWORK, ...TRACES] : TRACES;
    expect(own.sort()).toEqual([...usual, ...(ALLOWED[name] ?? [])].sort());
  });
});
