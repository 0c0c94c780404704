import { listen } from "../../shared/listen.ts";
import { ServiceFault } from "../protocol/fault.ts";
import {
  type JsonService,
  jsonHandler,
  jsonSignatureFault,
  type ServiceEnvironment,
} from "../protocol/json-service.ts";
import { routeOf } from "../protocol/route.ts";
import type { State } from "../state/index.ts";
import { createIdentities } from "./identities.ts";
import { openMailbox } from "./mailbox.ts";
import { sesOperations } from "./operations.ts";
import type { StoredMail } from "./types.ts";

export type { StoredMail } from "./types.ts";

/** SES v2 as a sink: mail is stored and can be read, and is not delivered. */
export type Ses = {
  endpoint: string;
  /** Verifies an address, or a domain with its subdomains. Mail from anything else is rejected. */
  addIdentity(identity: string): void;
  /** Every accepted mail, oldest first. */
  listMail(): StoredMail[];
  close(): Promise<void>;
};

export async function startSes(
  state: State,
  environment: ServiceEnvironment,
  preferredPort?: number,
): Promise<Ses> {
  const identities = createIdentities(environment.region);
  const mailbox = openMailbox(state, environment.now);
  const service: JsonService = {
    signingName: "ses",
    contentType: "application/json",
    // SES takes mails of up to 40 MB; this sink takes text and HTML only, which are far smaller.
    bodyLimitBytes: 10 * 1024 * 1024,
    operations: sesOperations(identities, mailbox),
    operationOf: (request) => routeOf(request, { "POST /v2/email/outbound-emails": "SendEmail" }),
    unsupported: (message) => new ServiceFault("UnknownOperationException", 404, message),
    inputFault: ({ message }) => new ServiceFault("BadRequestException", 400, message),
    signatureFault: (fault) => jsonSignatureFault(fault, 403),
    errorOf: ({ code, message }) => ({ headers: { "x-amzn-errortype": code }, body: { message } }),
  };
  const server = await listen(jsonHandler(service, environment), preferredPort);
  return {
    endpoint: server.endpoint,
    addIdentity: identities.add,
    listMail: mailbox.list,
    close: () => server.close(),
  };
}
