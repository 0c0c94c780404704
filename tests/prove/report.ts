import { createHash } from "node:crypto";

export type JudgedSubject = {
  object: string;
  found: string;
} & (
  | { verdict: "holds" }
  | { verdict: "exception"; reason: string }
  | { verdict: "broken"; fault: string; remedy: string }
);

export type CheckReport = { id: string; guarantee: string; subjects: JudgedSubject[] };

/** What was looked at and what became of it. It says nothing of when and where, so that equal schemas have equal reports. */
export type Report = {
  proof: string;
  holds: boolean;
  checks: CheckReport[];
  inventory: { kind: string; object: string; definition: string }[];
};

export function reportOf(
  proof: string,
  checks: CheckReport[],
  inventory: Report["inventory"],
): Report {
  const holds = checks.every(({ subjects }) =>
    subjects.every(({ verdict }) => verdict !== "broken"),
  );
  return { proof, holds, checks, inventory };
}

export type Broken = { check: string } & Extract<JudgedSubject, { verdict: "broken" }>;

export const brokenOf = ({ checks }: Pick<Report, "checks">): Broken[] =>
  checks.flatMap(({ id, subjects }) =>
    subjects.flatMap((subject) =>
      subject.verdict === "broken" ? [{ check: id, ...subject }] : [],
    ),
  );

/** The report as the bytes that are hashed: keys in order, no spaces. `sha256sum` of the file gives the hash. */
export const canonical = (report: Report): string => `${JSON.stringify(sorted(report))}\n`;

export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  );
}
