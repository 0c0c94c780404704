import type { CheckReport, JudgedSubject, Report } from "./report.ts";

/** The report as a page for auditors: no scripts, nothing fetched, equal for equal reports. */
export const htmlOf = (report: Report, hash: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Proof of ${safe(report.proof)}</title>
<style>${STYLE}</style>
<main>
<h1>Proof of ${safe(report.proof)}: <span class="${report.holds ? "holds" : "broken"}">${report.holds ? "it holds" : "it is broken"}</span></h1>
<p>Read from PostgreSQL's own catalog: what every table, function, policy, role and grant is, and not what anybody says it is.
Each check looks at everything that it applies to. Exceptions were written down before, with a reason.</p>
<p>SHA-256 of <code>${safe(report.proof)}.json</code>: <code>${hash}</code>. The same schema has the same hash.</p>
<h2>What was checked</h2>
<table><thead><tr><th scope="col">Check<th scope="col">Guarantee<th scope="col">Looked at<th scope="col">Exceptions<th scope="col">Broken</thead><tbody>
${report.checks.map(summaryOf).join("\n")}
</tbody></table>
<h2>Exceptions, and why</h2>
<table><thead><tr><th scope="col">Check<th scope="col">Object<th scope="col">Reason</thead><tbody>
${report.checks.flatMap(exceptionsOf).join("\n")}
</tbody></table>
<h2>What was found</h2>
${report.checks.map(detailsOf).join("\n")}
<h2>Everything in our schemas</h2>
<details><summary>${report.inventory.length} objects</summary>
<table><thead><tr><th scope="col">Kind<th scope="col">Object<th scope="col">Definition</thead><tbody>
${report.inventory.map(({ kind, object, definition }) => row(kind, object, definition)).join("\n")}
</tbody></table></details>
</main>
</html>
`;

const of = ({ subjects }: CheckReport, verdict: JudgedSubject["verdict"]) =>
  subjects.filter((subject) => subject.verdict === verdict);

const summaryOf = (check: CheckReport) => {
  const broken = of(check, "broken").length;
  return `<tr${broken ? ' class="broken"' : ""}><td><a href="#${check.id}">${safe(check.id)}</a><td>${safe(check.guarantee)}<td>${check.subjects.length}<td>${of(check, "exception").length || ""}<td>${broken || ""}`;
};

const exceptionsOf = ({ id, subjects }: CheckReport) =>
  subjects.flatMap((subject) =>
    subject.verdict === "exception" ? [row(id, subject.object, subject.reason)] : [],
  );

const detailsOf = (check: CheckReport) => `<section id="${check.id}"><h3>${safe(check.id)}</h3>
<p>${safe(check.guarantee)}.</p>
${of(check, "broken").map(faultOf).join("\n")}
<details><summary>${check.subjects.length} looked at</summary>
<table><thead><tr><th scope="col">Object<th scope="col">Found<th scope="col">Verdict</thead><tbody>
${check.subjects.map((subject) => row(subject.object, subject.found, verdictOf(subject))).join("\n")}
</tbody></table></details></section>`;

const faultOf = (subject: JudgedSubject) =>
  subject.verdict === "broken"
    ? `<p class="broken">${safe(subject.fault)}.<br><code>${safe(subject.remedy)}</code></p>`
    : "";

function verdictOf(subject: JudgedSubject): string {
  if (subject.verdict === "exception") return `exception: ${subject.reason}`;
  if (subject.verdict === "broken") return `broken: ${subject.fault}`;
  return "holds";
}

const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td>${safe(cell)}`).join("")}`;

const safe = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
.holds { color: light-dark(#056d3b, #5fd39b); }
.broken { color: light-dark(#b3261e, #ff8f85); font-weight: 600; }
summary { cursor: pointer; }
`;
