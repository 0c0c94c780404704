import path from "node:path";
import { createFleet, type Fleet } from "../lambda/fleet.ts";
import type { Journal } from "../lambda/journal.ts";
import { startNoService } from "../lambda/no-service.ts";
import { startRuntimeApi } from "../lambda/runtime-api.ts";
import { variablesOf } from "../lambda/variables.ts";
import type { Around, Ground } from "./ground.ts";
import type { Live } from "./live.ts";
import type { Machinery } from "./machinery.ts";

/** Starts what functions run in. No function's process is started before somebody calls it. */
export async function startFunctions(
  { front, orphans, credentials }: Ground,
  { assembly, region, servers, services }: Machinery,
  live: Live,
  journal: Journal,
  { closers, say }: Around,
): Promise<Fleet> {
  const noService = await startNoService();
  closers.add(noService.close);
  const api = await startRuntimeApi();
  closers.add(api.close);

  const endpoints = {
    AWS_ENDPOINT_URL: noService.endpoint,
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
    compileCache: path.join(assembly, "compile-cache"), // of these very bundles, and gone with them
    started: orphans.remember,
    log(label, line) {
      journal.add(label, line);
      say(`${label} | ${line}`);
    },
    variablesOf: (definition) =>
      variablesOf(definition, {
        region,
        endpoints,
        credentials: credentials.keyOf(definition.name),
        substitutions: {
          postgresPorts: servers.ports,
          passwordOf: credentials.passwordOf,
          frontDoors: new Map(live.declared.distributions.map((it) => [it.domainName, front.url])),
        },
      }),
  });
  closers.add(() => fleet.stop(0));
  return fleet;
}
