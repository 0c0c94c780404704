import type { Check } from "./check.ts";
import { OWN_TABLE, TENANT_EXPRESSION, UNOWNED } from "./product.ts";

/** A grant without its policy is refused every row today, and is one `create policy` away from giving all of them. */
export const commands: Check = {
  id: "commands",
  guarantee:
    "every command that a role is granted on a table is met by a policy for that role and command",
  subjects: `
    with granted as (
      select r.oid as role_oid, r.rolname, t.oid as table_oid, t.name, c.command, c.polcmd, t.schema
        from runtime r, tables t,
             (values ('select', 'r'::"char"), ('insert', 'a'), ('update', 'w'), ('delete', 'd')) as c (command, polcmd)
       where has_table_privilege(r.oid, t.oid, c.command)
          or (c.command <> 'delete' and has_any_column_privilege(r.oid, t.oid, c.command)))
    select format('%s: %s on %s', g.rolname, g.command, g.name) as object,
           coalesce('met by ' || string_agg(p.polname, ', ' order by p.polname), 'no policy') as found,
           case when count(p.polname) = 0 then format('%s may %s %s, and no policy says which rows', g.rolname, g.command, g.name) end as fault,
           case when count(p.polname) > 0 then null
                when ${UNOWNED("g.name")} then ${OWN_TABLE("g.name")}
                else format('create policy tenant_isolation_%s on %s for %s to %I%s%s;',
             g.command, g.name, g.command, g.rolname,
             case when g.command <> 'insert' then ' using (${TENANT_EXPRESSION})' end,
             case when g.command in ('insert', 'update') then ' with check (${TENANT_EXPRESSION})' end) end as remedy
      from granted g
      left join policies p on p.table_oid = g.table_oid and p.polpermissive and p.polcmd in ('*', g.polcmd)
       and p.polroles @> array[g.role_oid]
       and (g.command = 'insert' or p.using_expression is not null)
       and (g.command not in ('insert', 'update') or p.check_expression is not null)
     group by g.rolname, g.command, g.name`,
};
