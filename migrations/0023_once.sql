-- Nobody does in two places what they asked for once.
--
-- A credential is looked at, and its context signed, before it is refused: the refusal undoes both. But
-- whoever was refused for the pause, and whose tenant had arrived elsewhere by the second look, was not
-- refused after all and sent on, with the context still signed: what travelled along was done at home too.

set local role bulkhead_owner;

-- As before, but for that, and for a tenant that is back when home's word is to be given.
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

  -- In a dedicated database nobody's credential opens anything, not even one that got there.
  if not exists (select from app.signing_keys k where k.database = 'home') then
    raise exception using errcode = 'BH403', message = 'context.elsewhere',
      detail = 'Only the home database''s word opens a context here.';
  end if;
  perform app.refuse_actor(asked.status, permitted, asked.writes_paused_until, permission);
  -- Whoever is sent here was not let in, and whoever was looked at while their tenant was still at home has
  -- a context that is signed. Neither goes on from here.
  if asked.placement = 'home' or app.claimed_tenant() is not null then perform app.refuse_reconsidered(); end if;
  if asked.at_home then
    perform app.sign_context(tenant, actor, role, request, action);
    if not asked.elsewhere_too then return current_setting('app.ctx'); end if;
    perform set_config('app.half', 'home', true);
  end if;
  given := app.assertion('request', tenant, actor, role, permission, request, action);
  if given is null then perform app.refuse_reconsidered(); end if;
  return given;
end $$;

-- As before, but for a tenant that is back when home's word is to be given.
create or replace function app.open_job(tenant uuid, job uuid, token_epoch integer, held integer, request text,
    out task text, out input jsonb, out state text, out assertion text)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  lives record;
begin
  select t.status, t.placement, t.writes_paused_until, k.database into lives
    from app.signing_keys k
    left join auth.tenants t on t.id = open_job.tenant;
  if lives.database <> 'home' then
    raise exception using errcode = 'BH403', message = 'context.elsewhere',
      detail = 'Only the home database''s word opens a job here.';
  end if;

  -- Before the job is looked for: a tenant that has moved has its jobs where it lives.
  if lives.placement <> 'home' then
    perform app.refuse_actor(lives.status, true, null, 'job');
    if app.is_paused(lives.writes_paused_until) then
      raise exception using errcode = 'BH409', message = 'job.leased', detail = app.seconds_until(lives.writes_paused_until);
    end if;
    assertion := app.assertion('job', tenant, 'job:' || job, 'job', '', request, '');
    if assertion is null then perform app.refuse_reconsidered(); end if;
    return;
  end if;
  select o.task, o.input, o.state into task, input, state
    from app.open_job_here(tenant, job, token_epoch, held, request) o;
end $$;
