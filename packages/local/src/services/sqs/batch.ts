import { InputFault, ServiceFault } from "../protocol/fault.ts";
import { type JsonInput, objects, text } from "../protocol/input.ts";
import { queryCodeOf } from "./faults.ts";

export type BatchResultError = { Id: string; SenderFault: true; Code: string; Message: string };

/** The entries of a batch by their id. Throws SQS's errors for an invalid batch. */
export function entriesOf(input: JsonInput): Map<string, JsonInput> {
  const entries = objects(input, "Entries");
  if (entries.length === 0) {
    const message = "There should be at least one entry in the request.";
    throw new ServiceFault("EmptyBatchRequest", 400, message);
  }
  if (entries.length > 10) {
    const message = `Maximum number of entries per request are 10. You have sent ${entries.length}.`;
    throw new ServiceFault("TooManyEntriesInBatchRequest", 400, message);
  }
  const byId = new Map(entries.map((entry) => [idOf(entry), entry]));
  if (byId.size < entries.length) {
    throw new ServiceFault("BatchEntryIdsNotDistinct", 400, "Two entries have the same Id.");
  }
  return byId;
}

function idOf(entry: JsonInput): string {
  const id = text(entry, "Id");
  if (/^[\w-]{1,80}$/.test(id)) return id;
  const message =
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores.";
  throw new ServiceFault("InvalidBatchEntryId", 400, message);
}

/** Processes each entry separately: one that fails is listed and does not stop the others. */
export function eachEntry<Result>(
  entries: Map<string, JsonInput>,
  work: (entry: JsonInput, id: string) => Result,
): { Successful: Result[]; Failed: BatchResultError[] } {
  const Successful: Result[] = [];
  const Failed: BatchResultError[] = [];
  for (const [id, entry] of entries) {
    try {
      Successful.push(work(entry, id));
    } catch (error) {
      if (!(error instanceof InputFault || error instanceof ServiceFault)) throw error;
      Failed.push({ Id: id, SenderFault: true, Code: queryCodeOf(error), Message: error.message });
    }
  }
  return { Successful, Failed };
}
