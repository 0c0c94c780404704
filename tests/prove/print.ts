import { type Broken, brokenOf, type Report } from "./report.ts";

/** The report as a person at a terminal reads it: a line a check, then what is broken and what to add. */
export function printed(report: Report, hash: string): string {
  const lines = report.checks.map(({ id, guarantee, subjects }) => {
    const of = (verdict: string) =>
      subjects.filter((subject) => subject.verdict === verdict).length;
    const mark = of("broken") > 0 ? "✗" : "✓";
    const exceptions = of("exception") > 0 ? `  (${of("exception")} with a written reason)` : "";
    return `${mark} ${id.padEnd(17)} ${String(subjects.length).padStart(4)}  ${guarantee}${exceptions}`;
  });
  const broken = brokenOf(report);
  const verdict = report.holds
    ? `${report.proof} holds: ${report.checks.length} checks of ${countOf(report)} things.`
    : `${report.proof} is broken in ${broken.length} ${broken.length === 1 ? "place" : "places"}.`;
  return [...lines, "", ...faultsOf(broken), verdict, `sha256 ${hash}`].join("\n");
}

const countOf = ({ checks }: Report) =>
  checks.reduce((sum, { subjects }) => sum + subjects.length, 0);

function faultsOf(broken: readonly Broken[]): string[] {
  return broken.flatMap(({ check, fault, remedy }) => [
    `✗ ${check}: ${fault}.`,
    `    ${remedy}`,
    "",
  ]);
}
