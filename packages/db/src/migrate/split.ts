/**
 * What may hide a semicolon, or ends a statement. Comments nest in PostgreSQL; strings double their
 * quotes; a dollar inside a name is part of it.
 */
const TOKEN =
  /--[^\n\r]*|\/\*|'|"|(?<![\w$\u0080-\uffff])\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|;/g;

/** A string goes on in the next quote when a line ends between them, and keeps its escapes. */
const CONTINUATION = /(?:[^\S\n\r]|--[^\n\r]*)*[\n\r](?:\s|--[^\n\r]*[\n\r])*'/y;

/**
 * Splits a script into statements, without their semicolons and leading comments. The RDS Data API
 * takes one statement a call.
 *
 * Knows dollar quotes, quoted identifiers, `E''` escapes and nested comments; SQL-standard function
 * bodies (`begin atomic`) are not used here and are refused.
 *
 * @throws Error on an unterminated quote or comment, naming where it began.
 */
export function splitStatements(script: string): string[] {
  if (/\bbegin\s+atomic\b/i.test(script)) {
    throw new Error("BEGIN ATOMIC can't be split into statements: quote the body with $$.");
  }
  const statements: string[] = [];
  let start = 0;
  let at = 0;
  while (at < script.length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(script);
    if (!found) break;
    if (found[0] === ";") {
      statements.push(script.slice(start, found.index));
      start = at = found.index + 1;
    } else {
      at = endOf(script, found[0], found.index);
    }
  }
  statements.push(script.slice(start));
  return statements.map(withoutLeadingComments).filter((statement) => statement !== "");
}

/** The place after the quote or comment that `opener` opened at `from`. */
function endOf(script: string, opener: string, from: number): number {
  if (opener.startsWith("--")) return from + opener.length;
  const end = opener === "/*" ? endOfComment(script, from) : endOfQuote(script, opener, from);
  if (end === -1) {
    const line = script.slice(0, from).split("\n").length;
    throw new Error(`${opener} on line ${line} is never closed.`);
  }
  return end;
}

function endOfComment(script: string, from: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from;
  for (let depth = 0, found = edge.exec(script); found; found = edge.exec(script)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return -1;
}

function endOfQuote(script: string, opener: string, from: number): number {
  const before = script.slice(Math.max(0, from - 2), from);
  const escapes = opener === "'" && /(^|[^\w$\u0080-\uffff])[eE]$/.test(before);
  let at = from + opener.length;
  while (at < script.length) {
    if (escapes && script[at] === "\\") at += 2;
    else if (!script.startsWith(opener, at)) at += 1;
    else {
      at += opener.length;
      CONTINUATION.lastIndex = at;
      if (!escapes || !CONTINUATION.test(script)) return at;
      at = CONTINUATION.lastIndex;
    }
  }
  return -1;
}

function withoutLeadingComments(statement: string): string {
  const skipped = /\s+|--[^\n\r]*|\/\*/y;
  let start = 0;
  for (let found = skipped.exec(statement); found; found = skipped.exec(statement)) {
    start = found[0] === "/*" ? endOfComment(statement, found.index) : skipped.lastIndex;
    skipped.lastIndex = start;
  }
  return statement.slice(start).trimEnd();
}
