import type { Check } from "./check.ts";

/**
 * Which columns each runtime role may change, table by table. Nothing that says whose a row is, how it is told
 * apart, what it opens, or where and how a tenant lives is among them.
 */
export const UPDATES: Record<string, Record<string, readonly string[]>> = {
  bulkhead_api: {
    "app.projects": ["name", "description", "attributes", "updated_at"],
    "app.api_keys": ["revoked_at"],
  },
  bulkhead_auth: {
    "auth.users": ["name", "email", "email_verified", "image", "updated_at"],
    "auth.tenants": ["name", "slug", "logo", "metadata"],
    "auth.members": ["role"],
    "auth.invitations": ["status", "expires_at"],
    "auth.sessions": [
      "token",
      "active_tenant_id",
      "expires_at",
      "ip_address",
      "user_agent",
      "updated_at",
    ],
    "auth.accounts": [
      "access_token",
      "refresh_token",
      "id_token",
      "access_token_expires_at",
      "refresh_token_expires_at",
      "scope",
      "password",
      "updated_at",
    ],
    "auth.verifications": ["value", "expires_at", "updated_at"],
    "auth.rate_limits": ["count", "last_request"],
  },
};

const allowed = Object.entries(UPDATES)
  .flatMap(([role, tables]) =>
    Object.entries(tables).flatMap(([table, columns]) =>
      columns.map((column) => `('${role}', '${table}', '${column}')`),
    ),
  )
  .join(", ");

/** A grant on the whole table covers the column that is added next, whatever it decides. */
export const updates: Check = {
  id: "updates",
  guarantee: "a runtime role changes the columns that were named for it, and no whole row",
  subjects: `
    with allowed (role, table_name, column_name) as (values ${allowed}),
    held as (
      select r.rolname as role, t.name as table_name, has_table_privilege(r.oid, t.oid, 'update') as whole, c.name as column_name
        from runtime r, tables t join columns c on c.table_oid = t.oid
       where has_column_privilege(r.oid, t.oid, c.attnum, 'update')),
    judged as (
      select coalesce(h.role, a.role) as role, coalesce(h.table_name, a.table_name) as table_name,
             coalesce(bool_or(h.whole), false) as whole,
             string_agg(quote_ident(coalesce(h.column_name, a.column_name)), ', ' order by coalesce(h.column_name, a.column_name))
               filter (where h.column_name is not null) as columns,
             string_agg(quote_ident(h.column_name), ', ' order by h.column_name) filter (where a.column_name is null) as excess,
             string_agg(quote_ident(a.column_name), ', ' order by a.column_name) filter (where h.column_name is null) as missing
        from held h full join allowed a on (a.role, a.table_name, a.column_name) = (h.role, h.table_name, h.column_name)
       group by 1, 2)
    select format('%s on %s', role, table_name) as object,
           case when whole then 'the whole row' else coalesce(columns, 'nothing') end as found,
           case when whole then format('%s may change the whole row of %s, and each column that is added to it', role, table_name)
                when excess is not null then format('%s may change %s of %s, which is not named for it', role, excess, table_name)
                when missing is not null then format('%s may not change %s of %s, and needs to', role, missing, table_name) end as fault,
           case when whole then format('revoke update on %1$s from %2$I; grant update (…) on %1$s to %2$I;', table_name, role)
                when excess is not null then format('revoke update (%s) on %s from %I; -- or name it in UPDATES in tests/prove/isolation/updates.ts', excess, table_name, role)
                when missing is not null then format('grant update (%s) on %s to %I;', missing, table_name, role) end as remedy
      from judged`,
};
