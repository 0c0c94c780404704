import { parseArgs } from "node:util";
import { messageOf, OperatorError } from "../errors.ts";

export const USAGE = `Usage: npm run tenant -- COMMAND

  list                              all tenants, and where they live
  status TENANT                     where it lives, and its moves
  move TENANT --to PLACE            to \`pooled\`, \`dedicated\`, or a dedicated database by its name;
                                    continues an interrupted move
       [--pause-ms 2000]            how long its writes may be refused at a time
       [--keep-hours 24]            how long the old rows stay
  abort TENANT                      ends a move that has not switched, and removes the copy
  finish [TENANT] [--now]           removes old rows whose time is over; of all tenants, if none is named
  export TENANT --out FILE          all of its rows and objects at one moment, as one archive
       [--without-objects]          without its objects, where EXPORTS_BUCKET is not set
  restore FILE --into TENANT        replaces the tenant's rows by the archive's
       [--replace]                  although it has rows, which are lost
  restore FILE --as SLUG --owner EMAIL
                                    makes a new tenant, owned by an existing account
       [--sha256 DIGEST]            trusts an archive of another installation by its digest

With --stage NAME, that stage's operator function runs the command in the cloud; FILE is then an archive's
name in the stage's bucket, without folders. TENANT is a slug or an id.`;

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

export type Options = ReturnType<typeof parseOptions>;

/** @throws OperatorError for an unknown option or an extra argument */
export function parseOptions(args: string[]) {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [command = "", subject, ...extra] = positionals;
    if (extra.length > 0) throw new Error(`Unexpected argument: ${extra.join(" ")}.`);
    return { command, subject, ...values };
  } catch (error) {
    throw new OperatorError(`${messageOf(error)}\n\n${USAGE}`);
  }
}

/** @throws OperatorError that says what is missing */
export function required(value: string | undefined, name: string): string {
  if (value) return value;
  throw new OperatorError(`${name} is missing.\n\n${USAGE}`);
}

/** @throws OperatorError unless it is a whole number in the range */
export function wholeNumber(text: string, name: string, from: number, to: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new OperatorError(
    `Invalid ${name} ${text}: expected a whole number from ${from} to ${to}.`,
  );
}
