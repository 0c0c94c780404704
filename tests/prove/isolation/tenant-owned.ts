import type { Check } from "./check.ts";

export const tenantOwned: Check = {
  id: "tenant-owned",
  guarantee: "every table says of each row whose it is, in a tenant_id that is never null",
  subjects: `
    select t.name as object,
           case when a.attname is null then 'no tenant_id'
                else format('tenant_id %s%s', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' end)
           end as found,
           case when a.attname is null then t.name || ' has no tenant_id: nothing says whose its rows are'
                when a.atttypid <> 'uuid'::regtype then t.name || '.tenant_id is no uuid'
                when not a.attnotnull then t.name || '.tenant_id may be null: such a row is no tenant''s'
           end as fault,
           case when a.attname is null then format('alter table %s add tenant_id uuid not null default app.claimed_tenant();', t.name)
                when a.atttypid <> 'uuid'::regtype then format('alter table %s alter tenant_id type uuid using tenant_id::uuid;', t.name)
                when not a.attnotnull then format('alter table %s alter tenant_id set not null;', t.name)
           end as remedy
      from tables t
      left join pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id' and not a.attisdropped`,
};
