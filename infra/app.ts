import { resolve } from "node:path";
import { product } from "./product.ts";
import { sayErrors } from "./synth-error.ts";
import { requireWritable } from "./writable.ts";

await sayErrors(async () => {
  requireWritable(resolve(import.meta.dirname, ".."));
  // What is deployed is made by processes of its own, while the CDK's library is loaded.
  const [made, { synthesize }] = await Promise.all([product(), import("./synthesize.ts")]);
  synthesize(made);
});
