import { once } from "node:events";
import { createServer, connect as dial } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

const { target, roundTripMs } = workerData as { target: number; roundTripMs: number };

// The way there takes all of the round trip: a timer can't be shorter than 1 ms, so two halves of one would take two.
const server = createServer((client) => {
  const upstream = dial(target, "127.0.0.1").setNoDelay();
  client.setNoDelay();
  client.on("data", (chunk) => setTimeout(() => upstream.write(chunk), roundTripMs));
  upstream.on("data", (chunk) => client.write(chunk));
  client.on("close", () => upstream.destroy()).on("error", () => {});
  upstream.on("close", () => client.destroy()).on("error", () => {});
}).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as { port: number };
parentPort?.postMessage(port);
