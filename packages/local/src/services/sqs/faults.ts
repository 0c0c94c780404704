import { InputFault, type ServiceFault } from "../protocol/fault.ts";

/** SQS's error names of its older query protocol, still sent in `x-amzn-query-error`. */
const QUERY_CODES: Record<string, string> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  PurgeQueueInProgress: "AWS.SimpleQueueService.PurgeQueueInProgress",
  InvalidParameterValueException: "InvalidParameterValue",
  MissingRequiredParameterException: "MissingParameter",
  UnrecognizedClientException: "InvalidClientTokenId",
  InvalidSignatureException: "SignatureDoesNotMatch",
};

/** Errors of the framework that SQS runs on, which have their own namespace. */
const CORAL = /^(InvalidParameterValue|MissingRequired|Unknown|Unrecognized|InvalidSig|Incomplete)/;

export function queryCodeOf(fault: InputFault | ServiceFault): string {
  if (!(fault instanceof InputFault)) return QUERY_CODES[fault.code] ?? fault.code;
  return fault.kind === "missing" ? "MissingParameter" : "InvalidParameterValue";
}

export function sqsErrorOf(fault: ServiceFault) {
  const namespace = CORAL.test(fault.code) ? "com.amazon.coral.service" : "com.amazonaws.sqs";
  const origin = fault.status < 500 ? "Sender" : "Receiver";
  return {
    headers: { "x-amzn-query-error": `${queryCodeOf(fault)};${origin}` },
    body: { __type: `${namespace}#${fault.code}`, message: fault.message },
  };
}
