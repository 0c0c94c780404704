-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE auth.members (
  id         uuid NOT NULL DEFAULT app.new_id(),
  tenant_id  uuid NOT NULL,
  user_id    uuid NOT NULL,
  role       text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT members_pkey PRIMARY KEY (id),
  CONSTRAINT members_role_check CHECK (role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text])),
  CONSTRAINT members_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES auth.tenants(id) ON DELETE CASCADE,
  CONSTRAINT members_tenant_id_user_id_key UNIQUE (tenant_id, user_id),
  CONSTRAINT members_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);

CREATE INDEX members_user_id_created_at_idx ON auth.members USING btree (user_id, created_at);

ALTER TABLE auth.members ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.members FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON auth.members
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY identity ON auth.members
  FOR ALL TO bulkhead_auth
  USING (true)
  WITH CHECK (true);

CREATE TRIGGER leave_tenant AFTER DELETE ON auth.members FOR EACH ROW EXECUTE FUNCTION auth.leave_tenant();
CREATE TRIGGER record AFTER INSERT OR DELETE OR UPDATE ON auth.members FOR EACH ROW EXECUTE FUNCTION audit.record_identity('member');

GRANT DELETE, INSERT, SELECT ON auth.members TO bulkhead_auth;

GRANT UPDATE (role) ON auth.members TO bulkhead_auth;
