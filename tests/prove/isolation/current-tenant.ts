import type { Check } from "./check.ts";
import { CURRENT_TENANT } from "./product.ts";

/** The view as PostgreSQL writes it: the tenant and the permission that the signature is good for, and nothing of the key. */
const DEFINITION = ` SELECT (split_part(current_setting(''app.ctx''::text, true), ''|''::text, 1))::uuid AS id,
    split_part(current_setting(''app.ctx''::text, true), ''|''::text, 6) AS permission
   FROM app.signing_keys k
  WHERE app.signed(key);`;

const OPTIONS = "{security_barrier=true}";

const READERS = "bulkhead_api SELECT, bulkhead_worker SELECT";

/** The one view that reads as its owner, because no other role may read the key: so every word of it is held. */
export const currentTenant: Check = {
  id: "current-tenant",
  guarantee:
    "the question every policy asks is answered by one view, from a signed context, and functions ask the same view",
  subjects: `
    with view as (
      select '${CURRENT_TENANT}' as object, c.relkind, pg_get_viewdef(case when c.relkind = 'v' then c.oid end) as definition,
             coalesce(c.reloptions::text, 'no options') as options,
             (select string_agg(concat_ws(' ', coalesce(r.rolname, 'PUBLIC'), a.privilege_type, case when a.is_grantable then 'with grant option' end), ', '
                       order by r.rolname, a.privilege_type)
                from (select c.relacl as acl union all select t.attacl from pg_attribute t where t.attrelid = c.oid and t.attacl is not null) g,
                     aclexplode(g.acl) a left join pg_roles r on r.oid = a.grantee
               where a.grantee <> c.relowner) as readers
        from (select 1) as always left join pg_class c on c.oid = to_regclass('${CURRENT_TENANT}')),
    judged as (
      select *, case
          when relkind is null then 'does not exist'
          when definition is distinct from '${DEFINITION}' then 'does not ask for the signature, or shows more than the tenant and the permission'
          when options <> '${OPTIONS}' then 'is no barrier: a condition of the caller''s could be looked at before the signature'
          when readers is distinct from '${READERS}' then 'is for ' || coalesce(readers, 'no role') || ', not for ${READERS}'
        end as problem
        from view)
    select object, coalesce(concat_ws(', ', regexp_replace(definition, '\\s+', ' ', 'g'), options, readers), 'missing') as found,
           object || ' ' || problem as fault,
           case when problem is not null
             then 'drop view if exists ${CURRENT_TENANT} cascade; -- and make it, its grants and the policies that ask it as the migrations do' end as remedy
      from judged
    union all
    select 'app.tenant_id()', coalesce(found, 'missing'),
           case when found is null then 'app.tenant_id() does not exist'
                when found <> expected then 'app.tenant_id() is ' || found || ', not ' || expected end,
           case when found is distinct from expected
             then 'alter function app.tenant_id() stable security definer parallel restricted; -- and let it ask ${CURRENT_TENANT}' end
      from (select 'uuid, stable, security definer, parallel restricted, plpgsql, asking the view' as expected) e
      left join lateral (
        select format('%s, %s, %s, parallel %s, %s, %s', prorettype::regtype,
                 case provolatile when 's' then 'stable' when 'v' then 'volatile' else 'immutable' end,
                 case when prosecdef then 'security definer' else 'security invoker' end,
                 case proparallel when 'r' then 'restricted' when 's' then 'safe' else 'unsafe' end, lanname,
                 case when prosrc ~ '^\\s*begin\\s+return \\(select id from app\\.current_tenant\\);\\s+end\\s*$'
                   then 'asking the view' else 'asking something else' end) as found
          from functions where name = 'app.tenant_id()') f on true`,
};
