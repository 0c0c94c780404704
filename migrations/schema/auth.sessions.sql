-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE auth.sessions (
  id               uuid NOT NULL DEFAULT app.new_id(),
  user_id          uuid NOT NULL,
  token            text NOT NULL,
  active_tenant_id uuid,
  expires_at       timestamp with time zone NOT NULL,
  ip_address       text,
  user_agent       text,
  created_at       timestamp with time zone NOT NULL DEFAULT now(),
  updated_at       timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT sessions_active_tenant_id_fkey FOREIGN KEY (active_tenant_id) REFERENCES auth.tenants(id) ON DELETE SET NULL,
  CONSTRAINT sessions_pkey PRIMARY KEY (id),
  CONSTRAINT sessions_token_check CHECK (token ~ '^[0-9a-f]{64}$'::text),
  CONSTRAINT sessions_token_key UNIQUE (token),
  CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);

CREATE INDEX sessions_user_id_idx ON auth.sessions USING btree (user_id);

ALTER TABLE auth.sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.sessions FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON auth.sessions
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY identity ON auth.sessions
  FOR ALL TO bulkhead_auth
  USING (true)
  WITH CHECK (true);

CREATE TRIGGER choose_tenant BEFORE INSERT OR UPDATE OF active_tenant_id ON auth.sessions FOR EACH ROW EXECUTE FUNCTION auth.choose_tenant();

GRANT DELETE, INSERT, SELECT ON auth.sessions TO bulkhead_auth;

GRANT UPDATE (token, active_tenant_id, expires_at, ip_address, user_agent, updated_at) ON auth.sessions TO bulkhead_auth;
