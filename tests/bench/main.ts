import { readdir } from "node:fs/promises";
import path from "node:path";
import type { Bench, Figure } from "./figure.ts";

// `npm run bench [name…] [-- --json]`: runs benches and prints their figures. Exits 1 when one misses
// its goal.
const [, , ...words] = process.argv;
const asJson = words.includes("--json");
const wanted = words.filter((word) => !word.startsWith("--"));

const suffix = ".bench.ts";
const known = (await readdir(import.meta.dirname))
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench called ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
  process.exit(1);
}

const figures: Figure[] = [];
for (const name of wanted.length > 0 ? wanted : known) {
  const file = path.join(import.meta.dirname, name + suffix);
  const { bench }: { bench: Bench } = await import(file);
  for await (const figure of bench()) {
    figures.push(figure);
    if (asJson) console.log(JSON.stringify({ bench: name, ...figure }));
  }
}
if (!asJson) {
  console.table(
    figures.map(({ figure, ratio, goal, holds }) => ({
      figure,
      ratio: ratio.toFixed(2),
      goal,
      holds,
    })),
  );
}
process.exit(figures.every((figure) => figure.holds) ? 0 : 1);
