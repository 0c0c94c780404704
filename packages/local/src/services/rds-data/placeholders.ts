/** SQL tokens in which a colon starts no parameter, then the parameter itself. */
const TOKENS = [
  /--[^\n]*/, // comment
  /[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'/, // string with escapes
  /'[^']*(?:''[^']*)*'/, // string
  /"[^"]*(?:""[^"]*)*"/, // quoted identifier
  /\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?\$\1\$/, // dollar quotes
  /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/, // word: `$` in it opens no quote
  /::|:=/, // cast, named argument
  /:(?<name>[A-Za-z_]\w*)/,
  /[\s\S]/,
];

const TOKEN = new RegExp(TOKENS.map(({ source }) => source).join("|"), "uy");

/**
 * Replaces each `:name` of a statement, except in strings, comments, quoted identifiers, dollar quotes and
 * casts. Lexical rules: PostgreSQL, section 4.1.
 */
export function replaceNames(sql: string, replacement: (name: string) => string): string {
  let result = "";
  for (let at = 0; at < sql.length; ) {
    const { text, name } = tokenAt(sql, at);
    result += name === undefined ? text : replacement(name);
    at += text.length;
  }
  return result;
}

function tokenAt(sql: string, at: number): { text: string; name?: string | undefined } {
  if (sql.startsWith("/*", at)) return { text: sql.slice(at, commentEnd(sql, at)) };
  TOKEN.lastIndex = at;
  const match = TOKEN.exec(sql);
  return { text: match?.[0] ?? sql.charAt(at), name: match?.groups?.name };
}

/** PostgreSQL nests block comments, which a regular expression cannot match. */
function commentEnd(sql: string, start: number): number {
  const fence = /\/\*|\*\//g;
  fence.lastIndex = start;
  let depth = 0;
  for (let match = fence.exec(sql); match; match = fence.exec(sql)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return fence.lastIndex;
  }
  return sql.length;
}
