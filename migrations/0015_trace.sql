-- A job belongs to the trace of what owed it: the click, the request, the job before it.
--
-- The row keeps the place in W3C's form, because the row is what waits: a token that is
-- sent by a sweep, or by a worker which hands a slot on, has no idea where its job came from.

set local role bulkhead_owner;

-- What the transaction says of itself, in a setting of its own that ends with it. It is
-- for finding one's way, never for a decision: whoever forges it misleads their own trace.
create function app.claimed_trace() returns text
  language sql stable parallel restricted
  return nullif(current_setting('app.trace', true), '');

-- Ids and flags, so that nothing else can be left here.
alter table app.jobs add column trace text
  constraint jobs_trace check (trace ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');
-- By itself, because a default that came with the column would be asked for every old row.
alter table app.jobs alter column trace set default app.claimed_trace();

-- For the consumer of the dead-letter queue, which holds a token and no context.
create function app.trace_of(owner_tenant uuid, job uuid) returns text
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select j.trace from app.jobs j where j.tenant_id = owner_tenant and j.id = trace_of.job);
end $$;

grant execute on function app.trace_of(uuid, uuid) to bulkhead_dead_letters;
