-- What a request may leave behind on its connection, and how an opening deals with it.
--
-- A statement prepared in SQL, under a name that the driver uses, would run as the next tenant: the connection is
-- refused. So it is when the batch's transaction, which begins before the batch's RESET ALL, has begun with the last
-- request's default_transaction_isolation, default_transaction_read_only or default_transaction_deferrable. The driver
-- destroys a refused connection and runs the batch on another one. Session advisory locks are released.

set local role bulkhead_owner;

-- Raises BH500 for a connection that is not as the driver made it. `open_*` ask the same in their own queries, which
-- costs less; this function is also for batches that open no context.
create function app.refuse_tainted() returns void
  language plpgsql volatile
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_unlock_all();
  if exists (select from pg_prepared_statements where from_sql) then
    raise exception using errcode = 'BH500', message = 'connection.tainted',
      detail = 'A statement was prepared in SQL on this connection.';
  end if;
  if current_setting('transaction_isolation') <> 'read committed'
     or current_setting('transaction_read_only') <> 'off'
     or current_setting('transaction_deferrable') <> 'off' then
    raise exception using errcode = 'BH500', message = 'connection.tainted',
      detail = 'The transaction did not begin as read committed, read write and not deferrable.';
  end if;
end $$;
grant execute on function app.refuse_tainted() to bulkhead_worker, bulkhead_dead_letters, bulkhead_sweeper;

-- What no context may be opened with.
create or replace function app.refuse_context(actor text, role text, request text, action text) returns void
  language plpgsql volatile
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform app.refuse_tainted();
  -- "is not false", so that a missing part is refused like one that holds the separator.
  if (strpos(actor || role || request || action, '|') > 0) is not false then
    raise exception using errcode = 'BH400', message = 'context.malformed',
      detail = 'The request id and the action must be given and may not contain "|".';
  end if;
end $$;

drop function app.open_session(bytea, text, text, text, timestamptz);
create function app.open_session(proof bytea, permission text, action text, request text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  context   text;
  signature text;
  welcome   boolean;
  unlocked  boolean;
begin
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(k.key, c.context), true),
         p.permission is not null and t.status = 'active'
           and (not app.is_paused(t.writes_paused_until) or p.permission like '%:read')
           and strpos(request || action, '|') = 0
           and not exists (select from pg_prepared_statements where from_sql)
           and current_setting('transaction_isolation') = 'read committed'
           and current_setting('transaction_read_only') = 'off'
           and current_setting('transaction_deferrable') = 'off',
         pg_advisory_unlock_all() is null
    into context, signature, welcome, unlocked
    from auth.sessions s
    join auth.members m on m.tenant_id = s.active_tenant_id and m.user_id = s.user_id
    join auth.tenants t on t.id = m.tenant_id and t.placement = 'home'
    join app.signing_keys k on k.database = 'home'
    left join app.role_permissions p on p.role = m.role and p.permission = open_session.permission,
         lateral (select m.tenant_id || '|user:' || s.user_id || '|' || m.role || '|' || request || '|' || action as context) c
   where s.token = encode(sha256(proof), 'hex') and s.expires_at > now();

  if welcome then return context; end if;
  perform app.refuse_context('', '', request, action);
  return app.redirect_session(proof, permission, action, request);
end $$;
grant execute on function app.open_session to bulkhead_api;

drop function app.open_api_key(bytea, text, text, text, timestamptz);
create function app.open_api_key(proof bytea, permission text, action text, request text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  context   text;
  signature text;
  welcome   boolean;
  unlocked  boolean;
  used      boolean;
begin
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(s.key, c.context), true),
         permission = any (k.scopes) and t.status = 'active'
           and (not app.is_paused(t.writes_paused_until) or permission like '%:read')
           and strpos(request || action, '|') = 0
           and not exists (select from pg_prepared_statements where from_sql)
           and current_setting('transaction_isolation') = 'read committed'
           and current_setting('transaction_read_only') = 'off'
           and current_setting('transaction_deferrable') = 'off',
         k.last_used_at > now() - interval '1 hour',
         pg_advisory_unlock_all() is null
    into context, signature, welcome, used, unlocked
    from app.api_keys k
    join auth.tenants t on t.id = k.tenant_id and t.placement = 'home'
    join app.signing_keys s on s.database = 'home',
         lateral (select k.tenant_id || '|key:' || k.id || '|key|' || request || '|' || action as context) c
   where k.token_hash = sha256(proof)
     and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());

  if welcome and used then return context; end if;
  if welcome then
    perform app.note_key_use(proof);
    return context;
  end if;
  perform app.refuse_context('', '', request, action);
  return app.redirect_api_key(proof, permission, action, request);
end $$;
grant execute on function app.open_api_key to bulkhead_api;

drop function app.open_assertion(text, timestamptz);
create function app.open_assertion(assertion text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  said      text[] := app.heard(assertion, 'request');
  context   text;
  signature text;
  welcome   boolean;
  unlocked  boolean;
  asked     record;
begin
  perform app.keep_in_step(said);
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(k.key, c.context), true),
         t.status = 'active' and (not app.is_paused(t.writes_paused_until) or said[11] like '%:read')
           and not exists (select from pg_prepared_statements where from_sql)
           and current_setting('transaction_isolation') = 'read committed'
           and current_setting('transaction_read_only') = 'off'
           and current_setting('transaction_deferrable') = 'off',
         pg_advisory_unlock_all() is null
    into context, signature, welcome, unlocked
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
grant execute on function app.open_assertion to bulkhead_api;

drop function app.open_job(uuid, uuid, integer, integer, text, timestamptz);
create function app.open_job(tenant uuid, job uuid, token_epoch integer, held integer, request text,
    out task text, out input jsonb, out state text, out assertion text)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  lives record;
begin
  perform app.refuse_tainted();
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
grant execute on function app.open_job to bulkhead_worker;

drop function app.open_asserted_job(text, integer, integer, timestamptz);
create function app.open_asserted_job(assertion text, token_epoch integer, held integer,
    out task text, out input jsonb, out state text)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  said text[] := app.heard(assertion, 'job');
begin
  perform app.refuse_tainted();
  perform app.keep_in_step(said);
  if not exists (select from auth.tenants t where t.id = said[6]::uuid and t.placement = said[3]) then
    perform app.refuse_stranger();
  end if;
  select o.task, o.input, o.state into task, input, state
    from app.open_job_here(said[6]::uuid, substr(said[9], 5)::uuid, token_epoch, held, said[12]) o;
end $$;
grant execute on function app.open_asserted_job to bulkhead_worker;

drop function app.refuse_prepared(timestamptz);
