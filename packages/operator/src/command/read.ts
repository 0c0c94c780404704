import { parseArgs } from "node:util";
import { Fault } from "../fault.ts";

export const USAGE = `Usage: npm run tenant -- COMMAND

  list                              every tenant, and where it lives
  status TENANT                     where it lives, and the moves it has made
  move TENANT --to PLACE            to \`pooled\`, \`dedicated\`, or a dedicated database by its name;
                                    takes up a move that was broken off
       [--pause-ms 2000]            how long its writes may be refused at a time
       [--keep-hours 24]            how long the old rows stay
  abort TENANT                      gives up a move that has not switched
  finish [TENANT] [--now]           removes old rows whose time is over; of every tenant, if none is named
  export TENANT --out FILE          everything of it at one moment, as one archive
       [--without-objects]          although EXPORTS_BUCKET names no bucket to take them from
  restore FILE --into TENANT        what the archive holds, in the tenant's place
       [--replace]                  although it has rows, which are lost
  restore FILE --as SLUG --owner EMAIL
                                    as a new tenant of somebody who has an account
       [--sha256 DIGEST]            trusts an archive of another installation by its digest

With --stage NAME it is done in that stage's cloud, by its operator function; FILE is then an archive's name
in the stage's bucket, without folders. TENANT is a slug or an id.`;

const OPTIONS = {
  to: { type: "string" },
  "pause-ms": { type: "string", default: "2000" },
  "keep-hours": { type: "string", default: "24" },
  now: { type: "boolean", default: false },
  out: { type: "string" },
  into: { type: "string" },
  as: { type: "string" },
  owner: { type: "string" },
  "without-objects": { type: "boolean", default: false },
  replace: { type: "boolean", default: false },
  sha256: { type: "string" },
} as const;

export type Words = ReturnType<typeof readWords>;

/** @throws Fault for an option that does not exist */
export function readWords(args: string[]) {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [command = "", subject, ...more] = positionals;
    if (more.length > 0) throw new Error(`There is one word too many: ${more.join(" ")}.`);
    return { command, subject, ...values };
  } catch (error) {
    throw new Fault(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** @throws Fault that says what is missing */
export function required(value: string | undefined, name: string): string {
  if (value) return value;
  throw new Fault(`${name} is missing.\n\n${USAGE}`);
}

/** @throws Fault unless it is a whole number in the range */
export function numberOf(text: string, name: string, from: number, to: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new Fault(`${name} must be a whole number from ${from} to ${to}.`);
}
