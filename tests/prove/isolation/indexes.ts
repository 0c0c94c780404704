import { listed } from "./catalog.ts";
import type { Check } from "./check.ts";

/**
 * Functions that put the tenant into each key of an index that keeps many keys for a row. The tests compare
 * the keys of two tenants that hold the same: none is equal.
 */
export const TENANT_KEYED = ["app.tenant_words", "app.tenant_attributes"] as const;

/**
 * An index entry that two tenants share is sized, cut off and estimated over both: with `gin_fuzzy_search_limit`
 * the hits of one were thinned out by the hits of the other.
 */
export const indexes: Check = {
  id: "indexes",
  guarantee: "no index that is not unique keeps values of two tenants under one key",
  subjects: `
    with keyed as (
      select t.name as table_name, format('%I.%I', t.schema, k.relname) as name, m.amname, i.indkey[0] is not distinct from a.attnum as leads,
             coalesce(pg_get_indexdef(i.indexrelid, 1, true), '?') as first_key, i.indnkeyatts,
             m.amname in ('btree', 'hash') as whole_row
        from tables t
        join pg_index i on i.indrelid = t.oid
        join pg_class k on k.oid = i.indexrelid join pg_am m on m.oid = k.relam
        left join pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id' and not a.attisdropped
       where t.tenant_owned and not i.indisunique),
    judged as (
      select *, case when whole_row then leads
                else indnkeyatts = 1 and split_part(first_key, '(', 1) in (${listed(TENANT_KEYED)})
                  and first_key ~ '^[a-z_.]+\\(tenant_id, ' end as apart
        from keyed)
    select name as object, format('%s, %s', amname, case when apart then 'the tenant in each key' else 'keys without the tenant: ' || first_key end) as found,
           case when not apart then name || ' keeps values of two tenants under one key' end as fault,
           case when not apart then case when whole_row
             then format('drop index %s; -- and make it on %s (tenant_id, …)', name, table_name)
             else format('drop index %s; -- and make it over a function that puts tenant_id into each key, named in TENANT_KEYED in tests/prove/isolation/indexes.ts', name) end end as remedy
      from judged`,
};
