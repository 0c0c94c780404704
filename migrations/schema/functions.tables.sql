-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.absent_tenant()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return (select m.tenant_id from app.moves m
           where m.id = nullif(current_setting('app.move', true), '')::uuid
             and case m.kind
                   when 'move' then (m.part, m.state) in (('target', 'copying'), ('source', 'switched'))
                   when 'restore' then m.state = 'copying' and exists (select from auth.tenants t
                          where t.id = m.tenant_id and t.writes_paused_until > clock_timestamp())
                   else false
                 end);
end $function$;
GRANT EXECUTE ON FUNCTION app.absent_tenant() TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.moving_tenant()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return (select m.tenant_id from app.moves m
           where m.id = nullif(current_setting('app.move', true), '')::uuid and m.finished_at is null
             and m.part <> 'witness');
end $function$;
GRANT EXECUTE ON FUNCTION app.moving_tenant() TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.note_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION app.own_table(owned regclass, read_by text[] DEFAULT '{}'::text[], written_by text[] DEFAULT '{}'::text[], updates text[] DEFAULT '{}'::text[], deletes boolean DEFAULT true, in_jobs text[] DEFAULT '{}'::text[], audited boolean DEFAULT true, secret text[] DEFAULT '{}'::text[], bookkeeping text[] DEFAULT '{}'::text[], moves boolean DEFAULT true)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
end $function$;
