import type { Check } from "./check.ts";

/** A key over all tenants answers 23505 for another tenant's value, and so tells of it. */
export const keys: Check = {
  id: "keys",
  guarantee: "every primary, unique and exclusion key of a tenant's table begins with the tenant",
  subjects: `
    with all_keys as (
      select t.name as table_name, format('%I.%I', t.schema, k.relname) as name, i.*, c.conname,
             a.attnum as tenant_attnum,
             (select string_agg(coalesce(pg_get_indexdef(i.indexrelid, n::integer, true), '?'), ', ' order by n)
                from generate_series(1, i.indnkeyatts) n) as listed,
             (select string_agg(pg_get_indexdef(i.indexrelid, n::integer, true), ', ' order by n)
                from generate_series(1, i.indnkeyatts) n
               where i.indkey[n - 1] is distinct from a.attnum) as without_tenant
        from tables t
        join pg_index i on i.indrelid = t.oid and (i.indisunique or i.indisexclusion)
        join pg_class k on k.oid = i.indexrelid
        left join pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id' and not a.attisdropped
        left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = t.oid and c.contype in ('p', 'u', 'x')
       where t.tenant_owned)
    select k.name as object,
           format('%s (%s)', case when k.indisprimary then 'primary key' when k.indisexclusion then 'exclusion' else 'unique' end, k.listed) as found,
           case when k.indkey[0] is distinct from k.tenant_attnum
                then k.name || ' is a key over all tenants: it tells each of them what the others have' end as fault,
           case when k.indkey[0] is not distinct from k.tenant_attnum then null
                when k.indisexclusion then format('alter table %s drop constraint %I; -- and exclude using gist (tenant_id with =, …)', k.table_name, k.conname)
                when k.conname is null then format('drop index %s; create unique index on %s (tenant_id, %s);', k.name, k.table_name, k.without_tenant)
                else format('alter table %s drop constraint %I, add %s (tenant_id, %s);', k.table_name, k.conname,
                       case when k.indisprimary then 'primary key' else 'unique' end, k.without_tenant)
           end as remedy
      from all_keys k
    union all
    select t.name, 'no primary key',
           t.name || ' has no primary key, by which its rows could be told apart and compared',
           case when exists (select from columns c where c.table_oid = t.oid and c.name = 'id')
                then format('alter table %s add primary key (tenant_id, id);', t.name)
                else format('alter table %s add id uuid not null default app.new_id(), add primary key (tenant_id, id);', t.name) end
      from tables t
     where t.tenant_owned and not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)`,
};
