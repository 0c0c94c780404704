import type { Check } from "./check.ts";

/** A reference by id alone finds other tenants' rows, past all policies: it tells that they exist, and holds on to them. */
export const references: Check = {
  id: "references",
  guarantee: "a reference of a tenant's table carries the tenant with it",
  subjects: `
    with all_references as (
      select f.conname, t.name as table_name, u.name as other, u.tenant_owned as other_owned,
             format('%s.%I', t.name, f.conname) as name, pg_get_constraintdef(f.oid) as definition,
             (select string_agg(quote_ident(a.attname), ', ' order by n)
                from unnest(f.conkey) with ordinality k (attnum, n)
                join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum) as own_columns,
             (select string_agg(quote_ident(a.attname), ', ' order by n)
                from unnest(f.confkey) with ordinality k (attnum, n)
                join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.attnum) as other_columns,
             f.conkey[1] is not distinct from (select attnum from columns c where c.table_oid = f.conrelid and c.name = 'tenant_id')
               as leads,
             f.confkey[1] is not distinct from (select attnum from columns c where c.table_oid = f.confrelid and c.name = 'tenant_id')
               as other_leads
        from pg_constraint f
        join tables t on t.oid = f.conrelid and t.tenant_owned
        join tables u on u.oid = f.confrelid
       where f.contype = 'f')
    select name as object, definition as found, fault,
           case when fault is null then null
                when other_owned then format('alter table %s drop constraint %I, add foreign key (tenant_id, %s) references %s (tenant_id, %s);',
                  table_name, conname, own_columns, other, other_columns)
                else format('alter table %s drop constraint %I; -- a tenant refers to what is its own', table_name, conname)
           end as remedy
      from (select *, case
              when other_owned and not (leads and other_leads)
                then name || ' refers to ' || other || ' without the tenant, and so to any tenant''s rows'
              when not other_owned and not (other = 'auth.tenants' and own_columns = 'tenant_id')
                then name || ' refers to ' || other || ', which spans tenants, and tells which of its rows exist'
            end as fault from all_references) r
    union all
    select format('%s.%I', t.name, f.conname), pg_get_constraintdef(f.oid),
           t.name || ' is no tenant''s and refers to rows of a tenant''s, ' || u.name, format('alter table %s drop constraint %I;', t.name, f.conname)
      from pg_constraint f
      join tables t on t.oid = f.conrelid and not t.tenant_owned
      join tables u on u.oid = f.confrelid and u.tenant_owned
     where f.contype = 'f'`,
};
