import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { PoolClient } from "pg";

// A client that says whatever it likes to the server, message by message. What pg knows of the
// connection stays as it was: this takes its socket for a while and gives it back.

/** A message of the frontend. @see https://www.postgresql.org/docs/17/protocol-message-formats.html */
export type Message =
  | { say: "Query"; sql: string }
  | { say: "Parse"; name: string; sql: string }
  | { say: "Bind"; portal: string; name: string }
  | { say: "Describe" | "Close"; what: "S" | "P"; name: string }
  | { say: "Execute"; portal: string; most: number }
  | { say: "FunctionCall"; oid: number; values: string[] }
  | { say: "CopyData"; text: string }
  | { say: "CopyDone" | "CopyFail" | "Flush" | "Sync" }
  | { say: "Cancel" };

/** Everything that came back, and the server's last word: `I`, `T`, `E`, or undefined when it is gone. */
export type Heard = { bytes: Buffer; status: string | undefined };

type Connection = { stream: Socket; processID?: number };
type Insides = PoolClient & { connection: Connection; processID: number; secretKey: number };

const PATIENCE_MS = 5_000;
// No SQL, whatever the transaction's state: the error that names it says that all before it was read.
const END = "this_is_the_end";

/** Says it all without waiting for anything, and listens until the server has understood the last of it. */
export async function speak(client: PoolClient, messages: readonly Message[]): Promise<Heard> {
  const insides = client as Insides;
  const { stream } = insides.connection;
  const listeners = stream.listeners("data") as ((chunk: Buffer) => void)[];
  stream.removeAllListeners("data");
  const chunks: Buffer[] = [];
  const heard = () => Buffer.concat(chunks);

  const ended = new Promise<boolean>((resolve) => {
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (isOver(heard())) resolve(true);
    });
    stream.once("close", () => resolve(false));
    setTimeout(() => resolve(false), PATIENCE_MS).unref();
  });
  for (const message of messages) {
    if (message.say === "Cancel") await cancel(insides);
    else stream.write(encode(message));
  }
  // Out of a COPY, out of a batch.
  for (const message of [
    { say: "CopyFail" },
    { say: "Sync" },
    { say: "Query", sql: END },
  ] as const) {
    stream.write(encode(message));
  }
  const alive = await ended;
  stream.removeAllListeners("data");
  for (const listener of listeners) stream.on("data", listener);

  const bytes = heard();
  return { bytes, status: alive ? statusBefore(bytes) : undefined };
}

/** Asks the server, over a connection of its own, to cancel what runs on this one. */
async function cancel({ connection: { stream }, processID, secretKey }: Insides): Promise<void> {
  const request = Buffer.alloc(16);
  for (const [index, word] of [16, 80_877_102, processID, secretKey].entries()) {
    request.writeInt32BE(word | 0, index * 4);
  }
  const socket = connect(stream.remotePort ?? 0, stream.remoteAddress);
  socket.on("error", () => {});
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.end(request);
  socket.resume();
  await once(socket, "close");
}

export function encode(message: Exclude<Message, { say: "Cancel" }>): Buffer {
  switch (message.say) {
    case "Query":
      return framed("Q", text(message.sql));
    case "Parse":
      return framed("P", text(message.name), text(message.sql), int16(0));
    case "Bind":
      return framed("B", text(message.portal), text(message.name), int16(0), int16(0), int16(0));
    case "Describe":
    case "Close":
      return framed(
        message.say === "Close" ? "C" : "D",
        Buffer.from(message.what),
        text(message.name),
      );
    case "Execute":
      return framed("E", text(message.portal), int32(message.most));
    case "FunctionCall":
      return framed("F", int32(message.oid), int16(0), values(message.values), int16(0));
    case "CopyData":
      return framed("d", Buffer.from(message.text));
    case "CopyDone":
      return framed("c");
    case "CopyFail":
      return framed("f", text("no more"));
    case "Flush":
      return framed("H");
    case "Sync":
      return framed("S");
  }
}

const framed = (type: string, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
};
const text = (value: string) => Buffer.from(`${value.replaceAll("\0", "")}\0`);
const int16 = (value: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const values = (all: string[]) =>
  Buffer.concat([
    int16(all.length),
    ...all.flatMap((each) => [int32(Buffer.byteLength(each)), Buffer.from(each)]),
  ]);

/** The server's messages: a byte of type, four of length, the rest. */
export function* messagesIn(bytes: Buffer): Generator<{ type: string; body: Buffer }> {
  for (let at = 0; at + 5 <= bytes.length; ) {
    const next = at + 1 + bytes.readInt32BE(at + 1);
    if (next > bytes.length) return;
    yield { type: String.fromCharCode(bytes[at] ?? 0), body: bytes.subarray(at + 5, next) };
    at = next;
  }
}

const isEnd = ({ type, body }: { type: string; body: Buffer }) =>
  type === "E" && body.includes(END);

/** Whether the end was refused, and the server is ready again. */
function isOver(bytes: Buffer): boolean {
  if (!bytes.includes(END)) return false;
  let ended = false;
  for (const message of messagesIn(bytes)) {
    if (ended && message.type === "Z") return true;
    ended ||= isEnd(message);
  }
  return false;
}

/** What the server was in before the end, which fails whatever transaction it finds. */
function statusBefore(bytes: Buffer): string | undefined {
  let status: string | undefined;
  for (const message of messagesIn(bytes)) {
    if (isEnd(message)) return status;
    if (message.type === "Z") status = message.body.toString();
  }
  return status;
}
