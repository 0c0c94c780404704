import path from "node:path";
import { createFleet, type Fleet } from "../lambda/fleet.ts";
import type { LogStore } from "../lambda/log-store.ts";
import { startRuntimeApi } from "../lambda/runtime-api.ts";
import { variablesOf } from "../lambda/variables.ts";
import { startUnsupported } from "../services/unsupported.ts";
import type { CloudState } from "./cloud-state.ts";
import type { HostResources, StartContext } from "./host-resources.ts";
import type { CloudRuntime } from "./runtime.ts";

/** Starts what functions run in. A function's process starts with its first invocation. */
export async function startFunctions(
  { front, orphans, credentials }: HostResources,
  { assembly, region, servers, services }: CloudRuntime,
  state: CloudState,
  logStore: LogStore,
  { closers, log }: StartContext,
): Promise<Fleet> {
  const unsupported = await startUnsupported();
  closers.add(unsupported.close);
  const api = await startRuntimeApi();
  closers.add(api.close);

  const endpoints = {
    AWS_ENDPOINT_URL: unsupported.endpoint,
    AWS_ENDPOINT_URL_SQS: services.endpoints.sqs,
    AWS_ENDPOINT_URL_S3: services.endpoints.s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: services.endpoints.secretsManager,
    AWS_ENDPOINT_URL_RDS_DATA: services.endpoints.rdsData,
    AWS_ENDPOINT_URL_SESV2: services.endpoints.sesv2,
    OTEL_EXPORTER_OTLP_ENDPOINT: services.endpoints.otlp,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  };
  const fleet = createFleet({
    api,
    compileCache: path.join(assembly, "compile-cache"), // it belongs to these bundles and is deleted with them
    started: orphans.record,
    logLine(label, line) {
      logStore.add(label, line);
      log(`${label} | ${line}`);
    },
    variablesOf: (definition) =>
      variablesOf(definition, {
        region,
        endpoints,
        credentials: credentials.keyOf(definition.name),
        substitutions: {
          postgresPorts: servers.ports,
          passwordOf: credentials.passwordOf,
          frontDoors: new Map(state.declared.distributions.map((it) => [it.domainName, front.url])),
        },
      }),
  });
  closers.add(() => fleet.stop(0));
  return fleet;
}
