import type { Check } from "./check.ts";
import { OWN_TABLE, UNOWNED } from "./house.ts";

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

/** The row without one column, on both sides: a change of any other column is distinct. */
const WITHOUT_ONE =
  "^WHEN \\(\\(\\(to_jsonb\\(old\\.\\*\\) - ''(\\w+)''::text\\) IS DISTINCT FROM \\(to_jsonb\\(new\\.\\*\\) - ''(\\w+)''::text\\)\\)\\)$";

/** A condition is a way not to be audited, for a role that may write what it asks for. */
export const auditConditions: Check = {
  id: "audit-conditions",
  guarantee: "no audit trigger can be made silent by a column that a runtime role may change",
  subjects: `
    with found as (
      select format('%I on %s', g.tgname, t.name) as object, g.tgname, t.name, t.oid as table_oid, g.tgattr <> '' as by_column,
             substring(pg_get_triggerdef(g.oid) from 'WHEN .* EXECUTE FUNCTION') as condition
        from pg_trigger g join tables t on t.oid = g.tgrelid join pg_proc p on p.oid = g.tgfoid
       where p.pronamespace = 'audit'::regnamespace and not g.tgisinternal),
    read as (
      select *, regexp_match(regexp_replace(condition, ' EXECUTE FUNCTION$', ''), '${WITHOUT_ONE}') as without,
             (select string_agg(distinct quote_ident(c.name), ', ' order by quote_ident(c.name)) from runtime r, columns c
               where c.table_oid = found.table_oid and has_column_privilege(r.oid, c.table_oid, c.attnum, 'update')) as writable
        from found),
    judged as (
      select *, case
          when condition is null and not by_column then null
          when writable is null then null
          when by_column then 'fires for some columns only, and runtime roles may change ' || writable
          when without is null or without[1] <> without[2] then 'has a condition, and runtime roles may change ' || writable
          when without[1] = any (string_to_array(writable, ', ')) then 'is silent about ' || without[1] || ', which a runtime role may change'
        end as problem
        from read)
    select object, case when condition is null and not by_column then 'fires for every change'
                        when writable is null then 'fires for some changes of a table that no runtime role may update'
                        else 'fires for every change, of ' || coalesce(without[1], 'some columns') || ' alone apart' end as found,
           object || ' ' || problem as fault,
           case when problem is not null then format('create or replace trigger %I after insert or update or delete on %s for each row execute function audit.record();', tgname, name) end as remedy
      from judged`,
};
