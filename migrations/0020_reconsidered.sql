-- Whoever is not let in is looked at a second time, to be told why. Between the two looks the reason may
-- pass: a pause ends, a tenant has arrived, somebody is given a permission. That is nobody's fault, and
-- the answer to it is what PostgreSQL gives to every transaction that lost against another: run it again.

set local role bulkhead_owner;

-- Raises 40001, serialization_failure: nothing was opened, and the whole transaction is to be tried again.
create function app.refuse_reconsidered() returns void
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception using errcode = '40001', message = 'context.reconsidered',
    detail = 'What this context was refused for has passed meanwhile.';
end $$;

-- As before, but for that.
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
  -- Whoever is sent here was not let in. Without a reason, the answer is still no.
  if asked.placement = 'home' then perform app.refuse_reconsidered(); end if;
  if asked.at_home then
    perform app.sign_context(tenant, actor, role, request, action);
    if not asked.elsewhere_too then return current_setting('app.ctx'); end if;
    perform set_config('app.half', 'home', true);
  end if;
  return app.assertion('request', tenant, actor, role, permission, request, action);
end $$;

create or replace function app.open_assertion(assertion text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  said      text[] := app.heard(assertion, 'request');
  context   text;
  signature text;
  welcome   boolean;
  asked     record;
begin
  perform app.keep_in_step(said);
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(k.key, c.context), true),
         t.status = 'active' and (not app.is_paused(t.writes_paused_until) or said[11] like '%:read')
           and not exists (select from pg_prepared_statements where from_sql)
    into context, signature, welcome
    from auth.tenants t
    join app.signing_keys k on k.database = t.placement,
         lateral (select t.id || '|' || said[9] || '|' || said[10] || '|' || said[12] || '|' || said[13] as context) c
   where t.id = said[6]::uuid;

  if welcome then return context; end if;
  perform app.refuse_context('', '', said[12], said[13]);
  if context is null then perform app.refuse_stranger(); end if;
  select t.status, t.writes_paused_until into asked from auth.tenants t where t.id = said[6]::uuid;
  perform app.refuse_actor(asked.status, true, asked.writes_paused_until, said[11]);
  perform app.refuse_reconsidered();
end $$;
