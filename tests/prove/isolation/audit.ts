import type { Check } from "./check.ts";
import { OWN_TABLE, UNOWNED } from "./product.ts";

export const audit: Check = {
  id: "audit",
  guarantee: "every insert, update and delete of a tenant's row is audited by a trigger",
  subjects: `
    with events as (
      select t.name, e.event, e.n, (select string_agg(quote_ident(g.tgname), ', ' order by g.tgname)
                from pg_trigger g join pg_proc p on p.oid = g.tgfoid
               where g.tgrelid = t.oid and p.pronamespace = 'audit'::regnamespace
                 and g.tgtype & e.bit > 0 and g.tgtype & 1 = 1 and g.tgtype & 66 = 0 and g.tgenabled in ('O', 'A')) as triggers
        from tables t cross join (values (1, 'insert', 4), (2, 'update', 16), (3, 'delete', 8)) as e (n, event, bit)
       where t.tenant_owned)
    select name as object,
           string_agg(format('%s by %s', event, coalesce(triggers, 'nothing')), ', ' order by n) as found,
           case when bool_or(triggers is null)
             then format('%s is not audited on %s', name, string_agg(event, ' and ' order by n) filter (where triggers is null)) end as fault,
           case when bool_and(triggers is not null) then null
             when ${UNOWNED("events.name")} then ${OWN_TABLE("events.name")}
             else format('create trigger %s after %s on %s for each row execute function audit.record();',
               case when bool_and(triggers is null) then 'record' else 'record_' || string_agg(event, '_' order by n) filter (where triggers is null) end,
               string_agg(event, ' or ' order by n) filter (where triggers is null), name) end as remedy
      from events group by name`,
};

/** A condition, and a column that is left out as bookkeeping, is a way not to be audited, for a role that may write it. */
export const auditConditions: Check = {
  id: "audit-conditions",
  guarantee: "no audit trigger can be made silent by a column that a runtime role may change",
  subjects: `
    with found as (
      select format('%I on %s', g.tgname, t.name) as object, t.name, t.oid as table_oid,
             g.tgattr <> '' as by_column, g.tgqual is not null as conditional,
             -- Its second argument. Arguments end with a byte of zero each.
             coalesce(split_part(encode(g.tgargs, 'escape'), E'\\\\000', 2), '') as bookkeeping
        from pg_trigger g join tables t on t.oid = g.tgrelid join pg_proc p on p.oid = g.tgfoid
       where p.pronamespace = 'audit'::regnamespace and not g.tgisinternal),
    read as (
      select found.*, w.writable, case when bookkeeping ~ '^{.+}$' then bookkeeping::text[] else '{}' end as unrecorded
        from found, lateral (select coalesce(array_agg(distinct c.name::text order by c.name::text), '{}') as writable from runtime r, columns c
               where c.table_oid = found.table_oid and has_column_privilege(r.oid, c.table_oid, c.attnum, 'update')) w),
    judged as (
      select *, array_to_string(writable, ', ') as changes, array_to_string(unrecorded, ', ') as left_out,
             (select string_agg(u, ', ') from unnest(unrecorded) u where u = any (writable)) as silent_about
        from read),
    faults as (
      select *, case
          when writable = '{}' then null
          when by_column then 'fires for some columns only, and runtime roles may change ' || changes
          when conditional then 'has a condition, and runtime roles may change ' || changes
          when silent_about is not null then 'is silent about ' || silent_about || ', which a runtime role may change'
        end as problem
        from judged)
    select object, case when by_column or conditional then 'fires for some changes' else 'fires for every change' end
                   || case when left_out <> '' then ', leaves out ' || left_out else '' end
                   || case when writable = '{}' then ', of a table that no runtime role may update' else '' end as found,
           object || ' ' || problem as fault,
           case when problem is not null then format('drop trigger %s; create trigger record after insert or update or delete on %s for each row execute function audit.record();', object, name) end as remedy
      from faults`,
};
