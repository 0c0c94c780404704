-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE auth.invitations (
  id         uuid NOT NULL DEFAULT app.new_id(),
  tenant_id  uuid NOT NULL,
  email      text NOT NULL,
  role       text NOT NULL,
  status     text NOT NULL DEFAULT 'pending'::text,
  inviter_id uuid NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT invitations_email_check CHECK (email = lower(email)),
  CONSTRAINT invitations_inviter_id_fkey FOREIGN KEY (inviter_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  CONSTRAINT invitations_pkey PRIMARY KEY (id),
  CONSTRAINT invitations_role_check CHECK (role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text])),
  CONSTRAINT invitations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES auth.tenants(id) ON DELETE CASCADE
);

CREATE INDEX invitations_email_idx ON auth.invitations USING btree (email);
CREATE INDEX invitations_tenant_id_email_idx ON auth.invitations USING btree (tenant_id, email);

ALTER TABLE auth.invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.invitations FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON auth.invitations
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY identity ON auth.invitations
  FOR ALL TO bulkhead_auth
  USING (true)
  WITH CHECK (true);

CREATE TRIGGER record AFTER INSERT OR DELETE OR UPDATE ON auth.invitations FOR EACH ROW EXECUTE FUNCTION audit.record_identity('invitation');

GRANT DELETE, INSERT, SELECT ON auth.invitations TO bulkhead_auth;

GRANT UPDATE (status, expires_at) ON auth.invitations TO bulkhead_auth;
