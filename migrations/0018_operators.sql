-- Who moved a tenant: a move's events bear the name that the operator is known by, and the request
-- that it was done in, where the one who connects says them. What runs on a laptop says neither.

set local role bulkhead_owner;

create or replace function audit.record_move() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  move  app.moves := coalesce(new, old);
  step  text := case when new is null then 'forget' when new.state = 'copying' then 'begin' when new.state = 'switched' then 'switch'
                     when new.state = 'finished' then 'finish' else 'abort' end;
  lives text := case when move.kind = 'export' or move.kind = 'move' and move.state in ('copying', 'aborted')
                     then 'source' else 'target' end;
begin
  if move.part <> lives then return null; end if;
  insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, before, after, request_id)
  values (move.tenant_id, coalesce('operator:' || nullif(current_setting('app.operator', true), ''), 'system:operator'),
          format('tenant.%s.%s', move.kind, step), lower(tg_op), 'moves', move.id, to_jsonb(old), to_jsonb(new),
          coalesce(nullif(current_setting('app.request', true), ''), 'operator'));
  return null;
end $$;
