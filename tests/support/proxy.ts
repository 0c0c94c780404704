import { once } from "node:events";
import { createServer, connect as dial, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { TestDatabase } from "./database.ts";

export type Proxy = {
  port: number;
  /** Times the client spoke after the server had, since the last `reset`: network round trips. */
  roundTrips(): number;
  /** Sync and simple Query messages of the client since the last `reset`. */
  syncs(): number;
  reset(): void;
  /** Cuts every connection. */
  cut(): void;
  /** Cuts every connection in the moment the server's next answer would have passed. */
  swallowNextAnswer(): void;
};

/** Stands between a client and PostgreSQL, counts what crosses the network, and delays or cuts it. */
export async function proxyTo(database: TestDatabase, delayMs = 0): Promise<Proxy> {
  const target = Number(new URL(database.url("superuser")).port);
  const sockets = new Set<Socket>();
  let roundTrips = 0;
  let syncs = 0;
  let swallow = false;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };

  const server = createServer((client) => {
    const upstream = dial(target, "127.0.0.1");
    const pass = (to: Socket, chunk: Buffer) =>
      delayMs ? setTimeout(() => to.write(chunk), delayMs) : to.write(chunk);
    const count = counter(() => syncs++);
    let lastWord: "client" | "server" = "server";

    client.on("data", (chunk) => {
      if (lastWord === "server") roundTrips++;
      lastWord = "client";
      count(chunk);
      pass(upstream, chunk);
    });
    upstream.on("data", (chunk) => {
      lastWord = "server";
      if (swallow) return cut();
      pass(client, chunk);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket.setNoDelay());
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    cut();
    server.close();
  });

  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return {
    port: address.port,
    roundTrips: () => roundTrips,
    syncs: () => syncs,
    reset() {
      roundTrips = syncs = 0;
    },
    cut,
    swallowNextAnswer() {
      swallow = true;
    },
  };
}

/** Reads the client's messages: one byte of type (the start-up message has none), four of length. */
function counter(onSync: () => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  let typed = 0;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= typed + 4) {
      const length = typed + pending.readInt32BE(typed);
      if (pending.length < length) return;
      const type = typed ? String.fromCharCode(pending[0] ?? 0) : "start-up";
      if (type === "S" || type === "Q") onSync();
      pending = pending.subarray(length);
      typed = 1;
    }
  };
}
