import { listed } from "./catalog.ts";
import type { Check, Subject } from "./check.ts";

/** Who may be handed the key. Ours among them must become part of the query that calls them. */
const OURS = ["app.mac", "app.signature", "app.signed", "app.vouch", "app.vouched"];
const HASHERS = [...OURS, "sha256", "pg_catalog.sha256"];

/** What stands beside a key and is no secret. */
const PUBLIC = [".id", ".database", ".generation", ".valid_until"];

/**
 * In a variable or a parameter the key would become a constant of a plan, and `debug_print_plan` with
 * `client_min_messages = log` prints plans to the caller, those of definer functions too.
 */
export const signingKey: Check = {
  id: "signing-key",
  guarantee:
    "a key that signs contexts or assertions is only ever a column of the query that hashes it, never a variable or a parameter",
  subjects: `
    select name, split_part(name, '(', 1) in (${listed(OURS)}) as hasher,
           coalesce(pg_get_function_sqlbody(oid), prosrc) as source,
           lanname = 'sql' and prosqlbody is not null and not prosecdef and proconfig is null
             and not proisstrict and not proretset as inlined
      from functions
     where coalesce(pg_get_function_sqlbody(oid), prosrc) ~* '(signing|assertion)_keys'
        or split_part(name, '(', 1) in (${listed(OURS)})
    union all
    select name, false, pg_get_viewdef(oid, true), false
      from relations where relkind in ('v', 'm') and pg_get_viewdef(oid) ~* '(signing|assertion)_keys'`,
  judge: (row) => judge(row as Source),
};

type Source = { name: string; hasher: boolean; inlined: boolean; source: string };

function judge({ name, hasher, inlined, source }: Source): Subject {
  const uses = usesOf(source);
  const problem =
    hasher && !inlined ? "does not become part of the query that calls it" : uses.problem;
  return {
    object: name,
    found: hasher ? "hashes the key it is given" : uses.found,
    fault:
      problem && `${name} ${problem}: the key would be a constant of a plan, which can be printed`,
    remedy:
      problem &&
      `Write it as: select … app.signature(k.key, …) … from app.signing_keys k; -- the key in no variable, parameter or result of ${name}`,
  };
}

const COMMENTS = /--[^\n]*|\/\*[\s\S]*?\*\//g;
const STRINGS = /'(?:[^']|'')*'/g;
const TABLE =
  /\b(?:app\.)?(?:signing|assertion)_keys\b(?:\s+(?:as\s+)?(?!where\b|on\b|limit\b|cross\b|join\b|into\b|for\b|order\b)([a-z_]\w*))?/gi;

/** What a function's text does with the key, wherever it names the table. */
function usesOf(source: string): { found: string; problem: string | null } {
  const code = source.replaceAll(COMMENTS, " ");
  const bare = code.replaceAll(STRINGS, "''");
  if (count(code) > count(bare))
    return {
      found: "reads the key in a string",
      problem: "reads the key in a string that this proof can not follow",
    };

  let hashed = 0;
  for (const [, alias] of bare.matchAll(TABLE)) {
    if (!alias)
      return {
        found: "reads the key",
        problem: "reads the key without an alias, by which it could be followed",
      };
    const rest = bare.replaceAll(TABLE, " ");
    for (const use of rest.matchAll(new RegExp(`\\b${alias}\\b(\\.\\w+|\\.\\*)?`, "gi"))) {
      if (PUBLIC.includes(use[1]?.toLowerCase() ?? "")) continue;
      const call = enclosingCall(rest, use.index);
      if (use[1]?.toLowerCase() !== ".key" || !call || !HASHERS.includes(call)) {
        return { found: "uses the key", problem: `hands ${use[0]} to ${call ?? "its caller"}` };
      }
      hashed += 1;
    }
  }
  return { found: `hashes a column ${hashed} times`, problem: null };
}

const count = (text: string) => [...text.matchAll(/(signing|assertion)_keys/gi)].length;

/** The innermost function in whose parentheses a place stands. Plain parentheses are passed through. */
function enclosingCall(text: string, place: number): string | undefined {
  let depth = 0;
  for (let at = place - 1; at >= 0; at--) {
    if (text[at] === ")") depth += 1;
    if (text[at] !== "(") continue;
    if (depth > 0) {
      depth -= 1;
      continue;
    }
    const caller = /([\w.]+)\s*$/.exec(text.slice(0, at))?.[1]?.toLowerCase();
    if (
      caller &&
      !/^(select|and|or|not|in|as|lateral|from|where|then|else|when|values|is|by|on)$/.test(caller)
    )
      return caller;
  }
  return undefined;
}
