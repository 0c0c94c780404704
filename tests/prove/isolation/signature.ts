import type { Check } from "./check.ts";

/** As PostgreSQL writes them. */
const BODIES: Record<string, string> = {
  "app.mac(bytea,text)":
    "RETURN sha256((key || sha256((((key || int4send(pg_backend_pid())) || timestamptz_send(CURRENT_TIMESTAMP)) || convert_to(context, 'UTF8'::name)))))",
  "app.signature(bytea,text)": "RETURN ('\\x'::text || encode(app.mac(key, context), 'hex'::text))",
  "app.signed(bytea)":
    "RETURN (sha256((current_setting('app.sig'::text, true))::bytea) = sha256(app.mac(key, current_setting('app.ctx'::text, true))))",
  "app.vouch(bytea,text)":
    "RETURN encode(sha256((key || sha256((key || convert_to(claim, 'UTF8'::name))))), 'hex'::text)",
  "app.vouched(bytea,text)":
    "RETURN (sha256((key || convert_to(\"right\"(assertion, 64), 'UTF8'::name))) = sha256((key || convert_to(app.vouch(key, \"left\"(assertion, '-65'::integer)), 'UTF8'::name))))",
};

/**
 * What signs and what verifies is arithmetic, so every word of it can be held: that a signature is of one backend and one
 * transaction, and that no comparison tells by its time what was expected.
 */
export const signature: Check = {
  id: "signature",
  guarantee:
    "the signatures of contexts and assertions are made and looked at by the hashes that they were written with",
  subjects: `
    with expected (name, body) as (
      values ${Object.entries(BODIES)
        .map(([name, body]) => `('${name}', '${body.replaceAll("'", "''")}')`)
        .join(", ")}),
    found as (select name, regexp_replace(pg_get_function_sqlbody(oid), '\\s+', ' ', 'g') as body from functions)
    select e.name as object, coalesce(f.body, 'missing') as found,
           case when f.body is distinct from e.body then e.name || ' hashes something else, or does not exist' end as fault,
           case when f.body is distinct from e.body then 'create or replace function ' || e.name || ' …; -- as the last migration that names it does' end as remedy
      from expected e left join found f using (name)`,
};
