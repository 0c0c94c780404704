-- A key can do no more than whoever made it. Otherwise an admin's key would be a
-- way to what only owners may do, and a key's key a way to what the key may not.

set local role bulkhead_owner;

-- Runs with the rights of the owner, because the API's role can't read what roles
-- are permitted. The context is signed, so it is the real author who is asked about.
create function app.refuse_excess_scopes() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  context text[] := string_to_array(app.context(), '|');
  author  text := context[2];
  excess  text;
begin
  select string_agg(scope, ', ') into excess
    from unnest(new.scopes) as scope
   where not exists (select from app.role_permissions rp
                      where rp.role = context[3] and rp.permission = scope)
     and not exists (select from app.api_keys k
                      where k.tenant_id = context[1]::uuid and 'key:' || k.id = author and scope = any (k.scopes));
  if excess is not null then
    raise exception using errcode = 'BH403', message = 'api_key.scope_exceeded',
      detail = format('You can''t give what you don''t have: %s.', excess);
  end if;
  return new;
end $$;

create trigger refuse_excess_scopes before insert or update of scopes on app.api_keys
  for each row execute function app.refuse_excess_scopes();

-- Now, and not when it is read: a retry after the key has expired is still a retry.
alter table app.api_keys
  add constraint expires_in_the_future check (expires_at > created_at);
