import { listen } from "../../shared/listen.ts";
import { ServiceFault } from "../protocol/fault.ts";
import {
  type JsonService,
  jsonHandler,
  jsonSignatureFault,
  type ServiceEnvironment,
} from "../protocol/json-service.ts";
import { targetOf } from "../protocol/target.ts";
import type { State } from "../state/index.ts";
import { secretsOperations } from "./operations.ts";
import { openSecretStore } from "./store.ts";
import type { SecretSpec } from "./types.ts";

export type * from "./types.ts";

/** Secrets Manager: read over AWS JSON 1.1, written in-process by the deployment. */
export type Secrets = {
  endpoint: string;
  /**
   * Idempotent by name. A generated secret keeps its value; a literal one changes with the template.
   */
  create(spec: SecretSpec): { arn: string; value: string };
  /** By ARN or name. */
  valueOf(arn: string): string | undefined;
  /** Names and ARNs, never values. */
  list(): { name: string; arn: string }[];
  close(): Promise<void>;
};

export async function startSecrets(
  state: State,
  environment: ServiceEnvironment,
  preferredPort?: number,
): Promise<Secrets> {
  const store = openSecretStore(state, environment);
  const created = new Set<string>();
  const find = (id: string) => {
    const secret = store.find(id);
    return secret && created.has(secret.name) ? secret : undefined;
  };
  const service: JsonService = {
    signingName: "secretsmanager",
    contentType: "application/x-amz-json-1.1",
    bodyLimitBytes: 256 * 1024,
    operations: secretsOperations(find),
    operationOf: (request) => targetOf(request, "secretsmanager"),
    unsupported: (message) => new ServiceFault("UnknownOperationException", 400, message),
    inputFault: ({ message }) => new ServiceFault("InvalidParameterException", 400, message),
    signatureFault: (fault) => jsonSignatureFault(fault, 400),
    errorOf: ({ code, message }) => ({ headers: {}, body: { __type: code, Message: message } }),
  };
  const server = await listen(jsonHandler(service, environment), preferredPort);

  return {
    endpoint: server.endpoint,
    create(spec) {
      const { name, arn, value } = store.create(spec);
      created.add(name);
      return { arn, value };
    },
    valueOf: (id) => find(id)?.value,
    list: () =>
      [...created].flatMap((name) => find(name) ?? []).map(({ name, arn }) => ({ name, arn })),
    close: () => server.close(),
  };
}
