import { listen } from "../../shared/listen.ts";
import { ServiceFault } from "../protocol/fault.ts";
import {
  type JsonService,
  jsonHandler,
  jsonSignatureFault,
  type ServiceEnvironment,
} from "../protocol/json-service.ts";
import { routeOf } from "../protocol/route.ts";
import { createDatabases } from "./connection.ts";
import { badRequest } from "./faults.ts";
import { dataOperations } from "./operations.ts";
import { createTransactions } from "./transactions.ts";
import type { Cluster } from "./types.ts";

export type { Cluster } from "./types.ts";

/** The RDS Data API of Aurora Serverless v2: one statement a call, no session outside a transaction. */
export type RdsData = {
  endpoint: string;
  /** Enables the Data API for a cluster. Idempotent by ARN. */
  addCluster(cluster: Cluster): void;
  close(): Promise<void>;
};

const ROUTES = {
  "POST /Execute": "ExecuteStatement",
  "POST /BatchExecute": "BatchExecuteStatement",
  "POST /BeginTransaction": "BeginTransaction",
  "POST /CommitTransaction": "CommitTransaction",
  "POST /RollbackTransaction": "RollbackTransaction",
  "POST /ExecuteSql": "ExecuteSql",
};

export async function startRdsData(
  secretOfArn: (secretArn: string) => string | undefined,
  environment: ServiceEnvironment,
  preferredPort?: number,
): Promise<RdsData> {
  const clusters = new Map<string, Cluster>();
  const databases = createDatabases(clusters, secretOfArn);
  const transactions = createTransactions(databases);
  const service: JsonService = {
    signingName: "rds-data",
    contentType: "application/json",
    // The real limit of a request: 4 MiB.
    bodyLimitBytes: 4 * 1024 * 1024,
    operations: dataOperations(databases, transactions),
    operationOf: (request) => routeOf(request, ROUTES),
    unsupported: (message) => new ServiceFault("UnknownOperationException", 404, message),
    inputFault: ({ message }) => badRequest(message),
    signatureFault: (fault) => jsonSignatureFault(fault, 403),
    errorOf: ({ code, message }) => ({ headers: { "x-amzn-errortype": code }, body: { message } }),
  };
  const server = await listen(jsonHandler(service, environment), preferredPort);
  return {
    endpoint: server.endpoint,
    addCluster: (cluster) => void clusters.set(cluster.arn, cluster),
    async close() {
      transactions.close();
      await server.close();
    },
  };
}
