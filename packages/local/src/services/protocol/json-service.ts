import { hash, randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { SignatureFault, signedRequestOf, verifySignature } from "../sigv4/index.ts";
import { readBody } from "./body.ts";
import { InputFault, ServiceFault } from "./fault.ts";
import type { JsonInput } from "./input.ts";

/** The cloud that a service runs in. */
export type ServiceEnvironment = {
  region: string;
  account: string;
  /** The secret of an access key; undefined for an unknown key. */
  secretOf(accessKeyId: string): string | undefined;
  /** Unix milliseconds. */
  now(): number;
};

/** Runs one operation. The signal aborts when the caller disconnects or the service closes. */
export type ServiceOperation = (input: JsonInput, signal: AbortSignal) => object | Promise<object>;

/** A JSON service: the parts in which AWS JSON 1.0, 1.1 and REST JSON differ. */
export type JsonService = {
  /** The service's name in signatures. */
  signingName: string;
  contentType: string;
  bodyLimitBytes: number;
  operations: Record<string, ServiceOperation>;
  /** The operation of a request. Throws a ServiceFault when the request names none. */
  operationOf(request: IncomingMessage): string;
  /** The service's error for an operation that is not implemented. */
  unsupported(message: string): ServiceFault;
  /** The service's error for an invalid parameter. */
  inputFault(fault: InputFault): ServiceFault;
  signatureFault(fault: SignatureFault): ServiceFault;
  /** The service's format of an error: headers and a JSON body. */
  errorOf(fault: ServiceFault): { headers: Record<string, string>; body: object };
};

export function jsonHandler(
  service: JsonService,
  environment: ServiceEnvironment,
): RequestListener {
  return async (request, response) => {
    const disconnect = new AbortController();
    response.on("close", () => response.writableFinished || disconnect.abort());
    try {
      const output = await handle(service, environment, request, disconnect.signal);
      send(response, 200, service.contentType, output);
    } catch (error) {
      if (response.destroyed) return; // the caller has disconnected
      const fault = faultOf(service, error);
      const { headers, body } = service.errorOf(fault);
      // The rest of a refused body is not read, so the connection cannot be reused.
      if (!request.complete) response.setHeader("connection", "close");
      send(response, fault.status, service.contentType, body, headers);
    }
  };
}

async function handle(
  service: JsonService,
  environment: ServiceEnvironment,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<object> {
  const body = await readBody(request, service.bodyLimitBytes);
  await verifySignature(signedRequestOf(request), {
    ...environment,
    service: service.signingName,
    skewSeconds: 300,
    payloadHash: hash("sha256", body),
    isS3: false,
  });
  const name = service.operationOf(request);
  const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
  if (!operation) {
    throw service.unsupported(`${name} is not implemented by the local cloud.`);
  }
  return operation(parse(body), signal);
}

function parse(body: Buffer): JsonInput {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    const input = JSON.parse(text || "{}");
    if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Invalid JSON gets the same error as JSON that is not an object, below.
  }
  throw new ServiceFault("SerializationException", 400, "The body is not a JSON object in UTF-8.");
}

function faultOf(service: JsonService, error: unknown): ServiceFault {
  if (error instanceof ServiceFault) return error;
  if (error instanceof InputFault) return service.inputFault(error);
  if (error instanceof SignatureFault) return service.signatureFault(error);
  if (error instanceof URIError) {
    return new ServiceFault("SerializationException", 400, "The query is not valid UTF-8.");
  }
  console.error(error);
  return new ServiceFault("InternalFailure", 500, "The local cloud failed: see its output.");
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "content-type": contentType,
    "x-amzn-requestid": randomUUID(),
    ...headers,
  });
  response.end(JSON.stringify(body));
}

const CODES: Partial<Record<SignatureFault["kind"], string>> = {
  missing: "MissingAuthenticationTokenException",
  malformed: "IncompleteSignatureException",
  "unknown-key": "UnrecognizedClientException",
  "unknown-token": "UnrecognizedClientException",
};

/** The names that AWS's JSON services give to signature errors. SQS, SES and RDS Data return 403, Secrets Manager 400. */
export const jsonSignatureFault = (fault: SignatureFault, status: number) =>
  new ServiceFault(CODES[fault.kind] ?? "InvalidSignatureException", status, fault.message);
