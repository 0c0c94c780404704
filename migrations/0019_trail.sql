-- What happens to a tenant's members and keys is recorded at home, wherever the tenant lives, and the rest
-- where it lives. Its trail is shown as one: whoever may read it is let in at home, and sent on with
-- home's word as well.

set local role bulkhead_owner;

-- Permitted at home and where the tenant lives: for what is read in both places.
alter table app.home_permissions add column elsewhere_too boolean not null default false;
insert into app.home_permissions values ('audit:read', true);

-- As before, and `app.half` tells the statements that travel along that they see home's half: the place
-- that a cursor names is then looked at where the tenant lives, which has sealed it.
create or replace function app.redirect(tenant uuid, permitted boolean, actor text, role text, permission text, action text, request text)
  returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  asked record;
begin
  select t.status, t.placement, t.writes_paused_until, h.permission is not null as at_home,
         coalesce(h.elsewhere_too, false) as elsewhere_too
    into asked
    from auth.tenants t
    left join app.home_permissions h on h.permission = redirect.permission
   where t.id = tenant;

  -- In a dedicated database nobody's credential opens anything, not even one that got there.
  if not exists (select from app.signing_keys k where k.database = 'home') then
    raise exception using errcode = 'BH403', message = 'context.elsewhere',
      detail = 'Only the home database''s word opens a context here.';
  end if;
  perform app.refuse_actor(asked.status, permitted, asked.writes_paused_until, permission);
  if asked.placement = 'home' then
    -- Whoever is sent here was not let in. Without a reason, the answer is still no.
    raise exception using errcode = 'BH500', message = 'context.refused', detail = 'The context was refused for no known reason.';
  end if;
  if asked.at_home then
    perform app.sign_context(tenant, actor, role, request, action);
    if not asked.elsewhere_too then return current_setting('app.ctx'); end if;
    perform set_config('app.half', 'home', true);
  end if;
  return app.assertion('request', tenant, actor, role, permission, request, action);
end $$;
