import type { Check } from "./check.ts";
import { CURRENT_TENANT } from "./product.ts";

export const relations: Check = {
  id: "relations",
  guarantee:
    "every relation is a table: no view reads past a policy, no copy forgets whose its rows were",
  subjects: `
    select name as object, kind as found,
           case when relkind <> 'r' then format('%s is a %s', name, kind) ||
             case relkind when 'v' then case when coalesce(reloptions::text, '') like '%security_invoker=true%' then ''
                    else ', which reads as its owner, past its caller''s policies' end
               when 'm' then ', a copy of rows that no policy guards'
               when 'f' then ': what lies behind it knows no policies'
               when 'p' then ': its parts are tables of their own, with policies and grants of their own' end end as fault,
           case relkind when 'r' then null
             when 'v' then format('drop view %s; -- or alter view %s set (security_invoker = true), and give the reason in tests/prove/isolation/exceptions.ts', name, name)
             when 'm' then format('drop materialized view %s;', name)
             when 'f' then format('drop foreign table %s;', name)
             else format('drop table %s;', name) end as remedy
      from (select *, case relkind when 'r' then 'table' when 'v' then 'view' when 'm' then 'materialized view'
              when 'f' then 'foreign table' else 'partitioned table' end as kind from relations) r`,
};

/** Apart from `relations`, because no reason is good enough for it. The one that reads the key is looked at in `current-tenant`. */
export const views: Check = {
  id: "views",
  guarantee: "a view reads as its caller, but for the one that policies ask",
  subjects: `
    select name as object, coalesce(reloptions::text, 'no options') as found,
           case when careless then name || ' reads as its owner' end as fault,
           case when careless then format('alter view %s set (security_invoker = true);', name) end as remedy
      from (select *, coalesce(reloptions::text, '') not like '%security_invoker=true%' and name <> '${CURRENT_TENANT}' as careless
              from relations where relkind = 'v') v`,
};
