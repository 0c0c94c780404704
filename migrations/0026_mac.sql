-- The question every policy asks, in fewer steps. Each call in it is looked up, permitted and set up anew in
-- every statement of every request (0.4 µs), which is more than its hashes cost.
--
-- The signature is kept as PostgreSQL reads bytes, so that reading it is a cast and no call. Both sides are
-- hashed once more before they are compared, now without the key: the time of the comparison may tell how a
-- hash of the signature begins, and from that nobody comes by a signature that has it.
--
-- Waits for every transaction that has a context, and keeps new ones waiting: what was signed in one way is
-- never asked for in the other.

set local role bulkhead_owner;

lock table app.signing_keys in access exclusive mode;

-- An HMAC in the nested form, over what only this transaction of this backend has in common with the context.
-- Not `now()::text`, which reads differently under another TimeZone or DateStyle. `current_timestamp` is now(),
-- but not a call.
--
-- Written so that the planner puts it into the query that calls it, and so are the next two. The key must
-- stay a column of that query: in a variable it would become a constant of the plan, which debug_print_plan
-- shows to the caller.
create function app.mac(key bytea, context text) returns bytea
  language sql stable parallel restricted
  return sha256(key || sha256(key || int4send(pg_backend_pid())
           || timestamptz_send(current_timestamp) || convert_to(context, 'UTF8')));

-- As the setting has it.
create or replace function app.signature(key bytea, context text) returns text
  language sql stable parallel restricted
  return '\x' || encode(app.mac(key, context), 'hex');

-- Whether this transaction's context bears our signature: `from app.signing_keys k where app.signed(k.key)`.
create or replace function app.signed(key bytea) returns boolean
  language sql stable parallel restricted
  return sha256(current_setting('app.sig', true)::bytea)
       = sha256(app.mac(key, current_setting('app.ctx', true)));

-- Not `app.claimed_tenant()`: what is signed begins with a tenant, so there is no case without one to look for.
create or replace view app.current_tenant with (security_barrier) as
  select split_part(current_setting('app.ctx', true), '|', 1)::uuid as id
    from app.signing_keys k where app.signed(k.key);

grant execute on function app.mac(bytea, text) to bulkhead_api, bulkhead_worker;
revoke execute on function app.signature(bytea, text) from bulkhead_api, bulkhead_worker;
