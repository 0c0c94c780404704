import { placeOf, reading, readingThrowaway, Unprovable } from "./database.ts";
import type { Query } from "./isolation/check.ts";
import { proveIsolation } from "./isolation/prove.ts";
import { proveMatrix } from "./matrix/run.ts";
import { readOptions } from "./options.ts";
import { printed } from "./print.ts";
import type { Report } from "./report.ts";
import { writable, write } from "./write.ts";

// `npm run prove isolation [-- --url postgres://… --out DIR]`, `npm run prove matrix [-- --out DIR]`. Exits 1
// when the proof is broken, and 2 when it could not be made.
const PROOFS: Record<string, (query: Query) => Promise<Report>> = { isolation: proveIsolation };

try {
  const { proof, url, out } = readOptions(process.argv.slice(2), [
    ...Object.keys(PROOFS),
    "matrix",
  ]);
  await writable(out);
  if (proof === "matrix") process.exit((await proveMatrix(out)) ? 0 : 1);

  const prove = PROOFS[proof] as (query: Query) => Promise<Report>;
  const report = await (url ? reading(url, prove) : readingThrowaway(prove));
  const { hash, json, html } = await write(report, out);

  console.log(printed(report, hash));
  console.log(`of ${url ? placeOf(url) : "the migrations of this checkout"}: ${json}, ${html}`);
  process.exitCode = report.holds ? 0 : 1;
} catch (error) {
  if (!(error instanceof Unprovable)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
