-- What a table of tenants' rows has: one call after `create table` gives it everything.
--
--   select app.own_table('app.projects',
--     read_by    => '{project:read,project:write}',
--     written_by => '{project:write}',
--     updates    => '{name,description}',
--     in_jobs    => '{select}');
--
-- A column that is added later can be read, and can't be updated until its migration says so:
--
--   alter table app.projects add due_at timestamptz;
--   grant update (due_at) on app.projects to bulkhead_api;
--
-- Both are held by `npm run prove isolation`, which finds a table without the call, and a column whose update
-- is granted and not named in tests/prove/isolation/updates.ts.

set local role bulkhead_owner;

-- ---------------------------------------------------------------- What the operator may touch

-- A tenant may be moved to another database by the operator's role, which has no signed context. Its policies
-- are part of every tenant's table. They ask app.moves, which 0012_move.sql creates.

-- Whose rows this transaction of the operator's may read: those of the tenant whose open move it names in
-- `app.move`. Only the operator's policies ask.
create function app.moving_tenant() returns uuid
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select m.tenant_id from app.moves m
           where m.id = nullif(current_setting('app.move', true), '')::uuid and m.finished_at is null
             and m.part <> 'witness');
end $$;

-- And whose it may write: only where the tenant does not live, so that no row is changed that is served. A
-- restore writes where the tenant lives, while its writes are paused.
create function app.absent_tenant() returns uuid
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select m.tenant_id from app.moves m
           where m.id = nullif(current_setting('app.move', true), '')::uuid
             and case m.kind
                   when 'move' then (m.part, m.state) in (('target', 'copying'), ('source', 'switched'))
                   when 'restore' then m.state = 'copying' and exists (select from auth.tenants t
                          where t.id = m.tenant_id and t.writes_paused_until > clock_timestamp())
                   else false
                 end);
end $$;

-- Notes the key of a changed row while its tenant is being copied, so that the pause of a move looks at what
-- has changed and at nothing else (0013_changes.sql). Its arguments are the names of the key's columns. Rows
-- that the operator copies in bulk are compared as a whole afterwards, and not noted.
--
-- A row whose own tenant's context ends with an empty part is not noted. That costs a mutation with a job, of six
-- rows, 60 of 800 µs of the server's processor: as much as a trigger that only returns. A condition of the trigger
-- would cost 75, because PostgreSQL prepares it again for each statement. Every other change asks app.moves: a
-- superuser's, a function's without a context, and one under another tenant's context.
-- A caller that forges the context to go unnoted can't write with it; where it could, its own tenant's change
-- would be missed, and be found when all rows are compared.
create function app.note_change() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('app.ctx', true) like coalesce(new.tenant_id, old.tenant_id) || '|%|' then return null; end if;
  if session_user = 'bulkhead_operator' and current_setting('app.copying', true) = 'in bulk' then return null; end if;
  if not exists (select from app.moves m
                  where m.tenant_id in (old.tenant_id, new.tenant_id)
                    and m.kind = 'move' and m.state = 'copying' and m.part <> 'witness') then
    return null;
  end if;
  insert into app.changes (tenant_id, relation, key)
  select distinct (r.content ->> 'tenant_id')::uuid, format('%I.%I', tg_table_schema, tg_table_name), k.key
    from (values (to_jsonb(old)), (to_jsonb(new))) as r (content),
         lateral (select array_agg(r.content ->> a.name order by a.n) as key
                    from unnest(tg_argv) with ordinality as a (name, n)) k
   where r.content is not null;
  return null;
end $$;

-- ---------------------------------------------------------------- The call

-- Gives a table of tenants' rows its row level security, policies, triggers and grants. Called again, it
-- replaces them: the table is then as the last call says. In a migration only: no role may execute it.
--
--   read_by     with which permissions the API's requests read its rows. None: functions only
--   written_by  with which permissions they write. None: functions only
--   updates     which columns of a row they may change
--   deletes     whether they may delete a row
--   in_jobs     what the worker may do inside of a job: select, insert, update (the same columns), delete
--   audited     false when another trigger or nothing writes its trail: the proof demands the reason
--   secret      which columns read `[redacted]` in the trail
--   bookkeeping which columns the trail leaves out, and whose change alone is no event: none that is in `updates`
--   moves       false when its rows stay where they are while their tenant moves
create function app.own_table(
    owned regclass, read_by text[] default '{}', written_by text[] default '{}', updates text[] default '{}',
    deletes boolean default true, in_jobs text[] default '{}', audited boolean default true,
    secret text[] default '{}', bookkeeping text[] default '{}', moves boolean default true)
  returns void
  language plpgsql volatile
  set search_path = pg_catalog, pg_temp
as $$
declare
  row_key text[];
  unknown text;
  old     text;
  -- The subselect is evaluated once a statement instead of once a row. The API's requests are opened for one
  -- permission, the worker's for a job.
  by_permission constant text := 'tenant_id = (select id from app.current_tenant where permission = any (%L))';
  by_job        constant text := 'tenant_id = (select id from app.current_tenant)';
  reads         constant text := 'tenant_id = (select app.moving_tenant())';
  writes        constant text := 'tenant_id = (select app.absent_tenant())';
begin
  select array_agg(a.attname::text order by k.n) into row_key
    from pg_index i
    cross join unnest(i.indkey::smallint[]) with ordinality as k (attnum, n)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
   where i.indrelid = owned and i.indisprimary;
  if row_key[1] is distinct from 'tenant_id' or cardinality(row_key) < 2 then
    raise exception '% needs a primary key that begins with tenant_id and goes on, like (tenant_id, id).', owned;
  end if;
  select string_agg(c.name, ', ') into unknown
    from unnest(updates || secret || bookkeeping || case when audited then '{id}' else '{}' end::text[]) as c (name)
   where not exists (select from pg_attribute a where a.attrelid = owned and a.attname = c.name and a.attnum > 0 and not a.attisdropped);
  if unknown is not null then
    raise exception '% has no column %.', owned, unknown;
  end if;

  if updates && bookkeeping then
    raise exception '% of % can be updated, and so must be recorded.',
      (select string_agg(u.name, ', ') from unnest(updates) as u (name) where u.name = any (bookkeeping)), owned;
  end if;
  if not in_jobs <@ '{select,insert,update,delete}' or cardinality(in_jobs) > 0 and 'select' <> all (in_jobs) then
    raise exception 'in_jobs of % is %: it may hold select, and with it insert, update and delete.', owned, in_jobs;
  end if;

  -- `force`, because the owner of a table is otherwise exempt from its policies.
  execute format('alter table %s enable row level security, force row level security', owned);

  for old in
    select p.polname from pg_policy p
     where p.polrelid = owned
       and p.polname in ('tenant_isolation', 'tenant_isolation_in_jobs', 'definer_functions', 'operator_reads', 'operator_writes')
  loop
    execute format('drop policy %I on %s', old, owned);
  end loop;
  if cardinality(written_by) > 0 then
    execute format('create policy tenant_isolation on %s to bulkhead_api using (%s) with check (%s)',
      owned, format(by_permission, read_by), format(by_permission, written_by));
  elsif cardinality(read_by) > 0 then
    execute format('create policy tenant_isolation on %s for select to bulkhead_api using (%s)', owned, format(by_permission, read_by));
  end if;
  if in_jobs <@ '{select}' then
    if cardinality(in_jobs) > 0 then
      execute format('create policy tenant_isolation_in_jobs on %s for select to bulkhead_worker using (%s)', owned, by_job);
    end if;
  else
    execute format('create policy tenant_isolation_in_jobs on %s to bulkhead_worker using (%s) with check (%s)', owned, by_job, by_job);
  end if;
  execute format('create policy definer_functions on %s to bulkhead_owner using (true) with check (true)', owned);
  if moves then
    execute format('create policy operator_reads on %s for select to bulkhead_operator using (%s)', owned, reads);
    execute format('create policy operator_writes on %s to bulkhead_operator using (%s) with check (%s)', owned, writes, writes);
  end if;

  if audited then
    execute format('create or replace trigger record after insert or update or delete on %s for each row execute function audit.record(%L, %L)',
      owned, secret, bookkeeping);
  end if;
  if moves then
    execute format('create or replace trigger note_change after insert or update or delete on %s for each row execute function app.note_change(%s)',
      owned, (select string_agg(quote_literal(k.name), ', ' order by k.n) from unnest(row_key[2:]) with ordinality as k (name, n)));
    -- For every writer, including a superuser who has switched the other triggers off.
    execute format('alter table %s enable always trigger note_change', owned);
  end if;

  -- Policy first, grant last: the table is never reachable unguarded.
  execute format('revoke all on %s from bulkhead_auth, bulkhead_api, bulkhead_worker, bulkhead_dead_letters, bulkhead_sweeper, bulkhead_operator', owned);
  if cardinality(read_by) > 0 then execute format('grant select on %s to bulkhead_api', owned); end if;
  if cardinality(written_by) > 0 then
    execute format('grant insert on %s to bulkhead_api', owned);
    if deletes then execute format('grant delete on %s to bulkhead_api', owned); end if;
  end if;
  if cardinality(in_jobs) > 0 then
    execute format('grant %s on %s to bulkhead_worker', array_to_string(array_remove(in_jobs, 'update'), ', '), owned);
  end if;
  -- UPDATE by column: a column that is added later is not writable until a migration says so.
  if cardinality(updates) > 0 then
    execute format('grant update (%s) on %s to bulkhead_api', (select string_agg(quote_ident(u.name), ', ') from unnest(updates) as u (name)), owned);
    if 'update' = any (in_jobs) then
      execute format('grant update (%s) on %s to bulkhead_worker', (select string_agg(quote_ident(u.name), ', ') from unnest(updates) as u (name)), owned);
    end if;
  end if;
  if moves then execute format('grant select, insert, delete on %s to bulkhead_operator', owned); end if;
end $$;
