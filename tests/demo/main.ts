import { readFile } from "node:fs/promises";
import path from "node:path";
import { story } from "./story.ts";

// `npm run demo`: the whole story against a running `npm run dev`, step by step.
const home = path.resolve(process.env.BULKHEAD_HOME || ".bulkhead");

const api = await address();
let failed = false;
await story(api, async (step, work) => {
  const start = performance.now();
  const outcome = await work();
  const took = `${Math.round(performance.now() - start)} ms`;
  console.log(`${took.padStart(8)}  ${step}: ${outcome}`);
}).catch((error: Error) => {
  failed = true;
  console.error(error.message);
});
process.exit(failed ? 1 : 0);

async function address(): Promise<string> {
  try {
    const { api } = JSON.parse(await readFile(path.join(home, "endpoints.json"), "utf8"));
    await fetch(new URL("/v1/health", api));
    return api;
  } catch {
    console.error(`Nothing runs in ${home}. Start it with npm run dev in another terminal.`);
    process.exit(1);
  }
}
