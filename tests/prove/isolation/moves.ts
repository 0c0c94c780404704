import type { Check } from "./check.ts";
import { OWN_TABLE, UNOWNED } from "./product.ts";

/** Without it a tenant that moves is refused, by the name of the table. */
export const moves: Check = {
  id: "moves",
  guarantee:
    "every table of tenants' rows lets the operator copy those of a tenant that moves, and notes what changes meanwhile",
  subjects: `
    with judged as (
      select t.name, (select string_agg(quote_ident(p.polname), ', ' order by p.polname) from policies p
               where p.table_oid = t.oid and p.polname in ('operator_reads', 'operator_writes')) as policies,
             (select quote_ident(g.tgname) from pg_trigger g
               where g.tgrelid = t.oid and g.tgfoid::regprocedure::text = 'app.note_change()' and not g.tgisinternal and g.tgenabled = 'A') as trigger
        from tables t where t.tenant_owned and t.schema <> 'auth'),
    faults as (
      select *, policies is distinct from 'operator_reads, operator_writes' or trigger is null as broken from judged)
    select name as object, coalesce(nullif(concat_ws(', ', policies, trigger), ''), 'nothing') as found,
           case when broken then name || ' does not move with its tenant: app.own_table gives it what it needs' end as fault,
           case when not broken then null
                when ${UNOWNED("faults.name")} then ${OWN_TABLE("faults.name")}
                else format('select app.own_table(%L, …); -- with what its policies and grants say now', name) end as remedy
      from faults`,
};
