import { InputFault, ServiceFault } from "../protocol/fault.ts";
import {
  type JsonInput,
  optionalInteger,
  optionalObject,
  optionalText,
  refuseOthers,
  text,
} from "../protocol/input.ts";
import { attributeBytes, parseAttributes } from "./attributes.ts";
import type { NewMessage } from "./types.ts";

/** SQS's limit for a message, and for all messages of a batch together (1 MiB since August 2025). */
export const MAXIMUM_BYTES = 1_048_576;

/** Twelve hours. */
export const MAXIMUM_VISIBILITY_SECONDS = 43_200;

export const MESSAGE_PARAMETERS = [
  "MessageBody",
  "DelaySeconds",
  "MessageAttributes",
  "MessageSystemAttributes",
  "MessageGroupId",
] as const;

/** Reads the parameters that SendMessage and SendMessageBatch share. */
export function parseMessage(input: JsonInput): NewMessage {
  const body = text(input, "MessageBody");
  // SQS refuses what XML 1.0 can't represent: lone surrogates and most control characters.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
  if (!body.isWellFormed() || /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(body)) {
    const message = "Invalid characters found. Valid: #x9 #xA #xD #x20-#xD7FF #xE000-#xFFFD";
    throw new ServiceFault("InvalidMessageContents", 400, message);
  }
  return {
    body,
    delaySeconds: optionalInteger(input, "DelaySeconds", [0, 900]),
    attributes: parseAttributes(optionalObject(input, "MessageAttributes")),
    groupId: parseGroup(input),
    traceHeader: parseTraceHeader(input),
  };
}

function parseGroup(input: JsonInput): string | undefined {
  const group = optionalText(input, "MessageGroupId");
  if (group === undefined || /^[\x21-\x7e]{1,128}$/.test(group)) return group;
  const reason = "Must be 1 to 128 alphanumeric or punctuation characters.";
  throw new InputFault("invalid", "MessageGroupId", `MessageGroupId is invalid. Reason: ${reason}`);
}

function parseTraceHeader(input: JsonInput): string | undefined {
  const system = optionalObject(input, "MessageSystemAttributes");
  if (!system) return undefined;
  refuseOthers(system, ["AWSTraceHeader"], "MessageSystemAttributes");
  const header = parseAttributes(system).AWSTraceHeader;
  if (header?.DataType === "String") return header.StringValue;
  throw new InputFault("invalid", "AWSTraceHeader", "AWSTraceHeader must be of type String.");
}

/** Bytes as SQS counts them: body and attributes. */
export const sizeOf = (message: NewMessage) =>
  Buffer.byteLength(message.body) + attributeBytes(message.attributes ?? {});

export function requireSize(message: NewMessage, limit: number): void {
  if (sizeOf(message) <= limit) return;
  const reason = `Message must be shorter than ${limit} bytes.`;
  throw new InputFault(
    "invalid",
    "MessageBody",
    `One or more parameters are invalid. Reason: ${reason}`,
  );
}
