import { onTestFinished } from "vitest";
import { openHome } from "../../../packages/local/src/home/home.ts";
import { type Cloud, noDeclarations } from "../../../packages/local/src/resources/cloud.ts";
import { ACCOUNT, createStacks } from "../../../packages/local/src/resources/create-stacks.ts";
import { openCustomResourceStore } from "../../../packages/local/src/resources/custom-resources.ts";
import { startServices } from "../../../packages/local/src/services/index.ts";
import type { Template } from "../../../packages/local/src/template/template.ts";
import { startFleet, type TestFleet } from "./fleet.ts";
import { bundle, temporaryFolder } from "./handlers.ts";

export type Deployment = Omit<Cloud, "fleet"> & { fleet: TestFleet; logged: string[] };

export type DeployOptions = {
  /** Asset key → source of the function's module. */
  code?: Record<string, string>;
  /** A home of an earlier deployment. */
  home?: string;
  /** Servers of the clusters. @default - the templates have none */
  servers?: Cloud["servers"];
};

/** Closes the cloud of a home. A second deployment there is a restart. */
const running = new Map<string, () => Promise<void>>();

/** Creates the resources of one stack, App, in a cloud with real services and processes. */
export async function deploy(
  Resources: Template["Resources"],
  {
    code = {},
    home: folder = temporaryFolder(),
    servers = {} as Cloud["servers"],
  }: DeployOptions = {},
): Promise<Deployment> {
  const home = openHome(folder);
  await running.get(folder)?.();
  const services = await startServices({
    home: folder,
    region: "eu-central-1",
    account: ACCOUNT,
    secretOf: () => undefined,
  });
  const close = async () => {
    if (running.delete(folder)) await services.close();
  };
  running.set(folder, close);
  onTestFinished(() => running.get(folder)?.());
  const logged: string[] = [];
  const cloud: Deployment = {
    services,
    servers,
    credentials: { passwordOf: () => "", keyOf: () => ({}) as never, secretOf: () => undefined },
    fleet: await startFleet(),
    customResources: openCustomResourceStore(home),
    declared: noDeclarations(),
    site: { handle: undefined },
    logged,
    log: (line) => logged.push(line),
  };
  const assets = new Map(Object.entries(code).map(([key, source]) => [key, bundle(source)]));
  const stack = { name: "App", region: "eu-central-1", template: { Resources }, assets };
  await createStacks([stack], cloud);
  return cloud;
}

export const lambdaFunction = (
  key: string,
  more: Record<string, never | object | number> = {},
) => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    Code: { S3Bucket: "assets", S3Key: key },
    Handler: "index.handler",
    Runtime: "nodejs24.x",
    Role: "arn:aws:iam::000000000000:role/Any",
    Timeout: 5,
    ...more,
  } as Template["Resources"][string]["Properties"] & object,
});
