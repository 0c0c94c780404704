import { once } from "node:events";
import { Worker } from "node:worker_threads";

/**
 * A network between here and a port on loopback, whose round trip takes `roundTripMs` and what a timer is late (0.2 ms).
 * In a thread of its own: what it does for each packet is not the caller's time.
 */
export async function delayProxy(target: number, roundTripMs: number) {
  const worker = new Worker(new URL("./delay-worker.ts", import.meta.url), {
    workerData: { target, roundTripMs },
  });
  const [port] = (await once(worker, "message")) as [number];
  return { port, close: () => worker.terminate() };
}
