import type { Check } from "./check.ts";

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
           case when bool_or(triggers is null)
             then format('create trigger %s after %s on %s for each row execute function audit.record();',
               case when bool_and(triggers is null) then 'record' else 'record_' || string_agg(event, '_' order by n) filter (where triggers is null) end,
               string_agg(event, ' or ' order by n) filter (where triggers is null), name) end as remedy
      from events group by name`,
};

/** A condition, or a list of columns, is a way not to be audited. */
export const auditConditions: Check = {
  id: "audit-conditions",
  guarantee: "an audit trigger fires whatever the change is",
  subjects: `
    select object, case when conditional then 'conditional: ' || definition else 'unconditional' end as found,
           case when conditional then object || ' does not fire for every change' end as fault,
           case when conditional then format('create or replace trigger %I after insert or update or delete on %s for each row execute function audit.record();', tgname, name) end as remedy
      from (select format('%I on %s', g.tgname, t.name) as object, g.tgname, t.name,
                   g.tgqual is not null or g.tgattr <> '' as conditional,
                   regexp_replace(pg_get_triggerdef(g.oid), '^CREATE (CONSTRAINT )?TRIGGER ', '') as definition
              from pg_trigger g join tables t on t.oid = g.tgrelid join pg_proc p on p.oid = g.tgfoid
             where p.pronamespace = 'audit'::regnamespace and not g.tgisinternal) c`,
};
