import type { Check } from "./check.ts";
import {
  OPERATOR,
  OPERATOR_READS_STORED,
  OPERATOR_WRITES_STORED,
  OWN_TABLE,
  OWNER,
  PERMITTED_EXPRESSION_STORED,
  PERMITTED_TO_READ,
  PERMITTED_TO_WRITE,
  TENANT_EXPRESSION,
  TENANT_EXPRESSION_STORED,
} from "./product.ts";

/** `true` is a policy for two only: the owner, as whom definer functions run, and the auth function in its own schema. */
const TRUSTED = `(polroles = array['${OWNER}'::regrole::oid]
  or (polroles = array['bulkhead_auth'::regrole::oid] and schema = 'auth'))`;

/** The two policies of the operator's command, and nothing that only resembles them. No table is content with them. */
const OPERATORS = `(polroles = array['${OPERATOR}'::regrole::oid] and polpermissive
  and case command when 'select' then using_expression = '${OPERATOR_READS_STORED}'
                   when 'all' then (using_expression, check_expression) = ('${OPERATOR_WRITES_STORED}', '${OPERATOR_WRITES_STORED}')
      end is true)`;

const asks = (expression: string) => `coalesce(case when permitted
            then ${expression} ~ '${PERMITTED_EXPRESSION_STORED}' else ${expression} = '${TENANT_EXPRESSION_STORED}' end, false)`;

export const policies: Check = {
  id: "policies",
  guarantee:
    "every table has a policy, every policy says whom it is for, and asks for the tenant both of what is read and of what is written, and of the API for a permission as well",
  subjects: `
    with judged as (
      select *, ${TRUSTED} as trusted, polroles @> array['bulkhead_api'::regrole::oid] as permitted,
             case when polroles @> array['bulkhead_api'::regrole::oid] then ${PERMITTED_TO_READ("table_name")} else '${TENANT_EXPRESSION}' end as read_by,
             case when polroles @> array['bulkhead_api'::regrole::oid] then ${PERMITTED_TO_WRITE("table_name")} else '${TENANT_EXPRESSION}' end as written_by,
             command <> 'insert' as reads, command in ('all', 'insert', 'update') as writes,
             (select string_agg(coalesce(r.rolname, 'public'), ', ' order by r.rolname)
                from unnest(polroles) as p (oid) left join pg_roles r using (oid)) as roles
        from policies),
    faults as (
      select *, case
          when polroles @> '{0}' then 'has no TO: it is for every role that ever gets a grant'
          when trusted and (using_expression is distinct from case when reads then 'true' end
                         or check_expression is distinct from case when writes then 'true' end)
            then 'is for trusted readers, who need "true" both ways'
          when trusted or ${OPERATORS} then null
          when reads and not ${asks("using_expression")}
            then 'does not ask for the tenant and the permission of what is read'
          when writes and check_expression is null
            then 'has no WITH CHECK: it does not say what may be written'
          when writes and not ${asks("check_expression")}
            then 'does not ask for the tenant and the permission of what is written'
        end as problem
        from judged)
    select name as object,
           format('%sfor %s to %s%s%s', case when not polpermissive then 'restrictive, ' end, command, roles,
             ' using ' || using_expression, ' with check ' || check_expression) as found,
           name || ' ' || problem as fault,
           case when problem is not null then format('alter policy %I on %s to %s%s%s;', polname, table_name,
             case when polroles @> '{0}' then 'bulkhead_api' else roles end,
             case when reads then case when trusted then ' using (true)' else ' using (' || read_by || ')' end end,
             case when writes then case when trusted then ' with check (true)' else ' with check (' || written_by || ')' end end) end as remedy
      from faults
    union all
    select t.name, 'no policy', t.name || ' has no policy: the first grant is met by none',
           case when tenant_owned then ${OWN_TABLE("t.name")}
                else format('create policy definer_functions on %s to ${OWNER} using (true) with check (true);', t.name) end
      from tables t where not exists (select from policies p where p.table_oid = t.oid and not ${OPERATORS})`,
};
