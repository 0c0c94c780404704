-- Cursors are no longer sealed. A cursor names a place in the bearer's own list, whose rows the policies decide:
-- a forged one shows nothing that a filter could not. The process binds a cursor to its list and filters, and the
-- page's own query writes the next one.

set local role bulkhead_owner;

drop function app.next_cursor(text, timestamptz, uuid, bytea, timestamptz, uuid);
drop function app.cursor_seal(bytea, text, bytea);

-- As before, without the setting that told the statements of home's half which half they were.
create or replace function app.redirect(tenant uuid, permitted boolean, actor text, role text, permission text, action text, request text)
  returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  asked record;
  given text;
begin
  select t.status, t.placement, t.writes_paused_until, h.permission is not null as at_home,
         coalesce(h.elsewhere_too, false) as elsewhere_too
    into asked
    from auth.tenants t
    left join app.home_permissions h on h.permission = redirect.permission
   where t.id = tenant;

  -- In a dedicated database no credential opens anything, not even one that got there.
  if not exists (select from app.signing_keys k where k.database = 'home') then
    raise exception using errcode = 'BH403', message = 'context.elsewhere',
      detail = 'Only the home database''s word opens a context here.';
  end if;
  perform app.refuse_actor(asked.status, permitted, asked.writes_paused_until, permission);
  -- A caller that gets here was not let in, or was while the tenant was still at home, and then has a context
  -- that is signed. Neither goes on from here.
  if asked.placement = 'home' or app.claimed_tenant() is not null then perform app.refuse_reconsidered(); end if;
  if asked.at_home then
    perform app.sign_context(tenant, actor, role, request, action);
    if not asked.elsewhere_too then return current_setting('app.ctx'); end if;
  end if;
  given := app.assertion('request', tenant, actor, role, permission, request, action);
  if given is null then perform app.refuse_reconsidered(); end if;
  return given;
end $$;
