import { type Connection, DatabaseError, type Submittable } from "pg";
import { serialize } from "pg-protocol";
import { asText, decoderOf } from "./decode.ts";
import { encode } from "./encode.ts";
import { type Field, type Prepared, preparedOn } from "./prepared.ts";

/** One statement of a batch. A named one is prepared once a connection and only bound from then on. */
export type Command = { text: string; name?: string; values?: readonly unknown[] };

export type Row = unknown[];

/** Rows and end of a batch. */
export type BatchResult = {
  /** The rows of each command that ran, in order: of all of them unless there is a failure. */
  rows: Row[][];
  failure?: Error;
  /** The transaction status at the end: `I` idle, `T` in a transaction, `E` in a failed one. Undefined: the connection is lost. */
  status?: string;
  /** The connection was not as the driver made it. Nothing was done, so the batch may run on another one. */
  isTainted?: boolean;
};

const NO_FIELDS: Field[] = [];

/**
 * Commands in one network round trip: Parse, Bind and Execute of each, then a single Sync. PostgreSQL
 * runs them as one implicit transaction, so an error in any of them undoes all of them.
 *
 * Settles after ReadyForQuery, not before: a deferred constraint fails only then. Never rejects.
 *
 * @see https://www.postgresql.org/docs/17/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export class Batch implements Submittable {
  readonly done: Promise<BatchResult>;
  #finish!: (outcome: BatchResult) => void;
  readonly #commands: readonly Command[];
  readonly #rows: Row[][] = [];
  #fields: Field[][] = [];
  #parsing: string[] = [];
  #describing: string[] = [];
  #running = 0;
  #prepared!: Prepared;
  #failure: Error | undefined;
  #leave = () => {};

  constructor(commands: readonly Command[]) {
    this.#commands = commands;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  submit(connection: Connection): Error | undefined {
    const encoded: (string | Buffer | null)[][] = [];
    try {
      for (const { values = [] } of this.#commands) encoded.push(values.map(encode));
    } catch (error) {
      return error as Error;
    }
    this.#prepared = preparedOn(connection);
    this.#listen(connection);

    // By name, because a batch may hold one statement twice: its first use prepares it for both.
    const sent = new Set(this.#prepared.keys());
    const messages: Buffer[] = [];
    for (const [index, { name = "", text }] of this.#commands.entries()) {
      const isPrepared = sent.has(name);
      if (!isPrepared) {
        this.#parsing.push(name);
        messages.push(serialize.parse({ name, text }));
      }
      if (!isPrepared && name !== "") {
        this.#describing.push(name);
        messages.push(serialize.describe({ type: "S", name }));
        sent.add(name);
      }
      messages.push(serialize.bind({ statement: name, values: encoded[index] ?? [] }));
      messages.push(serialize.execute());
    }
    messages.push(serialize.sync());
    // In one piece: gathered by the system out of ten, it costs a request ten microseconds more. Nothing is
    // written into a closed stream: its "end" event follows.
    if (connection.stream.writable) connection.stream.write(Buffer.concat(messages));
    return undefined;
  }

  #listen(connection: Connection): void {
    const prepared = this.#prepared;
    this.#fields = this.#commands.map(({ name }) => (name && prepared.get(name)) || NO_FIELDS);

    // A statement counts as prepared when the server confirms it, even if the batch fails after that.
    const parsed = () => {
      const name = this.#parsing.shift();
      if (name) prepared.set(name, NO_FIELDS);
    };
    const ready = ({ status }: { status?: string }) => this.#end(status);
    const gone = () => {
      this.#failure ??= new Error("Connection terminated unexpectedly");
      this.#end(undefined);
    };
    const noData = () => this.#describing.shift();
    connection.on("parseComplete", parsed);
    connection.on("noData", noData);
    connection.on("readyForQuery", ready);
    connection.on("end", gone);
    this.#leave = () => {
      connection.off("parseComplete", parsed);
      connection.off("noData", noData);
      connection.off("readyForQuery", ready);
      connection.off("end", gone);
    };
  }

  #end(status: string | undefined): void {
    this.#leave();
    this.#finish({
      rows: this.#rows,
      ...(this.#failure && { failure: this.#failure }),
      ...(status && { status }),
    });
  }

  handleRowDescription(message: { fields: { name: string; dataTypeID: number }[] }): void {
    const fields = message.fields.map(({ name, dataTypeID }) => ({
      name,
      decode: decoderOf(dataTypeID),
    }));
    const name = this.#describing.shift();
    if (!name) return;
    this.#prepared.set(name, fields);
    for (const [index, command] of this.#commands.entries()) {
      if (command.name === name) this.#fields[index] = fields;
    }
  }

  handleDataRow({ fields: values }: { fields: (string | null)[] }): void {
    const fields = this.#fields[this.#running] ?? NO_FIELDS;
    this.#current().push(
      values.map((value, index) =>
        value === null ? null : (fields[index]?.decode ?? asText)(value),
      ),
    );
  }

  handleCommandComplete(): void {
    this.#current();
    this.#running += 1;
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  /** The rows of the command that runs. */
  #current(): Row[] {
    const rows = this.#rows[this.#running] ?? [];
    this.#rows[this.#running] = rows;
    return rows;
  }

  handleError(error: Error): void {
    this.#failure ??= error;
    // The server follows an error with ReadyForQuery, unless the error ends the session.
    const survives =
      error instanceof DatabaseError && !["FATAL", "PANIC"].includes(error.severity ?? "");
    if (!survives) this.#end(undefined);
  }

  handlePortalSuspended(): void {}

  /** The `readyForQuery` listener settles, because pg does not call this one after an error. */
  handleReadyForQuery(): void {}

  /** Runtime roles have no use for COPY, and a batch has no data to give it. */
  handleCopyInResponse(connection: Connection): void {
    (connection as unknown as { sendCopyFail(reason: string): void }).sendCopyFail(
      "COPY FROM STDIN is not allowed here",
    );
  }

  handleCopyData(): void {}
}
