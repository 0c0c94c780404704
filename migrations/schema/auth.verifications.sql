-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE auth.verifications (
  id         uuid NOT NULL DEFAULT app.new_id(),
  identifier text NOT NULL,
  value      text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT verifications_pkey PRIMARY KEY (id)
);

CREATE INDEX verifications_identifier_idx ON auth.verifications USING btree (identifier);

ALTER TABLE auth.verifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.verifications FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON auth.verifications
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY identity ON auth.verifications
  FOR ALL TO bulkhead_auth
  USING (true)
  WITH CHECK (true);

GRANT DELETE, INSERT, SELECT ON auth.verifications TO bulkhead_auth;

GRANT UPDATE (value, expires_at, updated_at) ON auth.verifications TO bulkhead_auth;
