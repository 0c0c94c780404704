import { once } from "node:events";
import { createServer, connect as dial } from "node:net";

/** A network between here and a port on loopback: each way takes half of `roundTripMs`. */
export async function delayProxy(target: number, roundTripMs: number) {
  const server = createServer((client) => {
    const upstream = dial(target, "127.0.0.1").setNoDelay();
    client.setNoDelay();
    client.on("data", (chunk) => setTimeout(() => upstream.write(chunk), roundTripMs / 2));
    upstream.on("data", (chunk) => setTimeout(() => client.write(chunk), roundTripMs / 2));
    client.on("close", () => upstream.destroy()).on("error", () => {});
    upstream.on("close", () => client.destroy()).on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return { port, close: () => server.close() };
}
