-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.api_keys (
  tenant_id    uuid NOT NULL DEFAULT app.claimed_tenant(),
  id           uuid NOT NULL DEFAULT app.new_id(),
  name         text NOT NULL,
  prefix       text NOT NULL,
  token_hash   bytea NOT NULL,
  scopes       text[] NOT NULL,
  expires_at   timestamp with time zone,
  revoked_at   timestamp with time zone,
  last_used_at timestamp with time zone,
  created_by   text NOT NULL DEFAULT app.claimed_actor(),
  created_at   timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT api_keys_name_check CHECK (name <> ''::text AND length(name) <= 200),
  CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT api_keys_prefix_check CHECK (length(prefix) <= 16),
  CONSTRAINT api_keys_scopes_check CHECK (cardinality(scopes) >= 1 AND cardinality(scopes) <= 50),
  CONSTRAINT api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES auth.tenants(id) ON DELETE CASCADE,
  CONSTRAINT api_keys_token_hash_check CHECK (length(token_hash) = 32),
  CONSTRAINT expires_in_the_future CHECK (expires_at > created_at)
);

CREATE INDEX api_keys_tenant_id_created_at_id_idx ON app.api_keys USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX api_keys_token_hash_idx ON app.api_keys USING btree (token_hash);

ALTER TABLE app.api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.api_keys FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.api_keys
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY tenant_isolation ON app.api_keys
  FOR ALL TO bulkhead_api
  USING ((tenant_id = ( SELECT current_tenant.id
   FROM app.current_tenant
  WHERE (current_tenant.permission = ANY ('{api_key:manage}'::text[])))))
  WITH CHECK ((tenant_id = ( SELECT current_tenant.id
   FROM app.current_tenant
  WHERE (current_tenant.permission = ANY ('{api_key:manage}'::text[])))));

CREATE TRIGGER record AFTER INSERT OR DELETE OR UPDATE ON app.api_keys FOR EACH ROW EXECUTE FUNCTION audit.record('{token_hash}', '{last_used_at}');
CREATE TRIGGER refuse_excess_scopes BEFORE INSERT OR UPDATE OF scopes ON app.api_keys FOR EACH ROW EXECUTE FUNCTION app.refuse_excess_scopes();

GRANT INSERT, SELECT ON app.api_keys TO bulkhead_api;

GRANT UPDATE (revoked_at) ON app.api_keys TO bulkhead_api;
