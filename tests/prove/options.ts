import { parseArgs } from "node:util";
import { Unprovable } from "./database.ts";

export type Options = { proof: string; url?: string; out: string };

export const USAGE = `npm run prove isolation [-- --url postgres://… --out DIR]
npm run prove matrix [-- --out DIR]

  --url   a database to prove, as any role that may connect to it
          (default: a throwaway PostgreSQL with the migrations of this checkout)
  --out   where isolation.json and isolation.html, or matrix.json, are written (default: reports)`;

/** @throws Unprovable for words that mean nothing here, and says which do */
export function readOptions(words: string[], known: readonly string[]): Options {
  const { proofs, url, out } = parsed(words);
  const [proof, ...more] = proofs;
  if (!proof || more.length > 0 || !known.includes(proof)) {
    const said = proofs.length > 0 ? `no proof called ${proofs.join(" ")}` : "a proof to be named";
    throw new Unprovable(`There is ${said}. There are: ${known.join(", ")}.\n\n${USAGE}`);
  }
  if (url !== undefined && proof === "matrix") {
    throw new Unprovable("The matrix attacks a throwaway database and no other: leave out --url.");
  }
  if (url !== undefined && !isPostgresUrl(url)) {
    throw new Unprovable(
      "--url must look like postgres://user:password@host:5432/database, with special characters in the password percent-encoded.",
    );
  }
  return { proof, out, ...(url !== undefined && { url }) };
}

function parsed(words: string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: words,
      allowPositionals: true,
      options: { url: { type: "string" }, out: { type: "string", default: "reports" } },
    });
    return { proofs: positionals, ...values };
  } catch (error) {
    throw new Unprovable(`${(error as Error).message}\n\n${USAGE}`);
  }
}

const isPostgresUrl = (text: string) =>
  /^postgres(ql)?:\/\/[^/]+\/[^/?]+/.test(text) && URL.canParse(text);
