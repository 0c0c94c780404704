import type { Check } from "./check.ts";

export const counters: Check = {
  id: "counters",
  guarantee:
    "no number is counted over tenants: there is no sequence, no serial and no identity column",
  subjects: `
    select format('%I.%I', n.nspname, c.relname) as object, 'sequence' as found,
           format('%I.%I', n.nspname, c.relname) || ' counts over all tenants: its gaps tell each how busy the others are' as fault,
           coalesce((select format('alter table %s drop column %I; -- and use uuid with app.new_id()', o.table_name, o.name)
                       from pg_depend d join columns o on o.table_oid = d.refobjid and o.attnum = d.refobjsubid
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') limit 1),
                    format('drop sequence %I.%I;', n.nspname, c.relname)) as remedy
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and (n.oid in (select oid from schemas) or n.nspname = 'public')
    union all
    select t.name,
           format('%s columns, none of them counted', count(*)),
           case when bool_or(c.attidentity <> '' or c.default_value ~ 'nextval\\(') then t.name || ' has a column that is counted over all tenants' end,
           case when bool_or(c.attidentity <> '' or c.default_value ~ 'nextval\\(')
                then format('alter table %s drop column %I; -- and use uuid with app.new_id()', t.name,
                       min(c.name) filter (where c.attidentity <> '' or c.default_value ~ 'nextval\\(')) end
      from tables t join columns c on c.table_oid = t.oid
     group by t.name`,
};
