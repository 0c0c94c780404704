import { listed } from "./catalog.ts";
import type { Check } from "./check.ts";
import { FIXED_SEARCH_PATH, FIXED_SETTINGS } from "./product.ts";

const PATH = FIXED_SEARCH_PATH.replace("=", " = ");

/** Without it, the caller of a definer function decides what its names mean: `pg_temp.bytea` is a domain with a CHECK of theirs. */
export const searchPath: Check = {
  id: "search-path",
  guarantee:
    "a function searches pg_catalog and then temporary objects, or had its names bound when it was made",
  subjects: `
    select name as object,
           format('%s, %s', case when prosecdef then 'as its owner' else 'as its caller' end,
             coalesce(array_to_string(proconfig, ', '), case when prosqlbody is null then 'no search_path' else 'names bound' end)) as found,
           case when broken then name || ' has not the fixed search_path: its caller decides what its names mean' end as fault,
           case when broken then format('alter function %s set ${PATH};', name) end as remedy
      from (select *, not coalesce('${FIXED_SEARCH_PATH}' = any (proconfig), false)
                      and (prosecdef or prosqlbody is null or proconfig is not null) as broken from functions) f`,
};

/** A setting of the caller's reaches into what runs as the owner, and changes what it finds or how its text is read. */
export const fixedSettings: Check = {
  id: "fixed-settings",
  guarantee:
    "a function that runs as its owner fixes each setting of its caller's that changes what a query finds or how it is read",
  subjects: `
    select name as object, coalesce(nullif(array_to_string(fixed, ', '), ''), 'nothing fixed') as found,
           case when missing is not null then name || ' runs with its caller''s ' || missing
                when excess is not null then name || ' fixes ' || excess || ', which no other function does' end as fault,
           case when missing is not null then 'select app.fix_settings();'
                when excess is not null then format('alter function %s reset %s;', name, split_part(excess, '=', 1)) end as remedy
      from (select name, array_remove(proconfig, '${FIXED_SEARCH_PATH}') as fixed,
                   case when prosecdef then (select string_agg(split_part(s, '=', 1), ', ' order by s) from unnest(array[${listed(FIXED_SETTINGS)}]) s
                     where not coalesce(s = any (proconfig), false)) end as missing,
                   (select string_agg(s, ', ' order by s) from unnest(proconfig) s
                     where s not in ('${FIXED_SEARCH_PATH}', ${listed(FIXED_SETTINGS)})) as excess
              from functions) f`,
};

/** Another process has another pid, in which no signature is good. */
export const parallel: Check = {
  id: "parallel",
  guarantee: "what depends on the backend does not run in a parallel worker",
  subjects: `
    select name as object, case proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end as found,
           case when proparallel = 's' then name || ' is parallel safe: in another process no signature is good, and it would see no rows' end as fault,
           case when proparallel = 's' then format('alter function %s parallel restricted;', name) end as remedy
      from functions`,
};

export const languages: Check = {
  id: "languages",
  guarantee:
    "every function is SQL or PL/pgSQL, and none claims to be leakproof or to be something else than a function",
  subjects: `
    select name as object, lanname || case when proleakproof then ', leakproof' else '' end as found,
           case when proleakproof then name || ' claims to be leakproof: it would be shown rows before their policy is'
                when lanname not in ('sql', 'plpgsql') then name || ' is written in ' || lanname || ', which reaches past the database'
                when prokind <> 'f' then name || ' is no plain function' end as fault,
           case when proleakproof then format('alter function %s not leakproof;', name)
                when lanname not in ('sql', 'plpgsql') then format('drop function %s;', name)
                when prokind <> 'f' then format('drop routine %s; -- and write it as a function', name) end as remedy
      from functions`,
};

/** The tenant is what the credential opened. A caller that names it could name another one. Arithmetic over an argument is no such function. */
export const tenantArgument: Check = {
  id: "tenant-argument",
  guarantee: "no function that the API may execute is told which tenant it is about",
  subjects: `
    with told as (
      select f.name, f.oid, (
          select string_agg(quote_ident(a.name), ', ' order by a.n)
            from unnest(f.proargnames) with ordinality a (name, n)
           where coalesce(f.proargmodes[a.n], 'i') in ('i', 'b', 'v') and a.name ilike '%tenant%') as arguments
        from functions f where has_function_privilege('bulkhead_api', f.oid, 'execute') and (f.prosecdef or f.provolatile <> 'i'))
    select name as object, coalesce('is told ' || arguments, 'is told no tenant') as found,
           name || ' is told ' || arguments || ' by the API, which could say another one' as fault,
           case when arguments is not null then format('revoke execute on function %s from bulkhead_api; -- or ask app.tenant_id() in it', name) end as remedy
      from told`,
};
