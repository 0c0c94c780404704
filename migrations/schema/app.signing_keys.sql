-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.signing_keys (
  id       smallint NOT NULL DEFAULT 1,
  key      bytea NOT NULL,
  database text NOT NULL DEFAULT 'home'::text,
  CONSTRAINT signing_keys_database_check CHECK (database ~ '^[a-z][a-z0-9_]{0,62}$'::text),
  CONSTRAINT signing_keys_id_check CHECK (id = 1),
  CONSTRAINT signing_keys_key_check CHECK (length(key) = 32),
  CONSTRAINT signing_keys_pkey PRIMARY KEY (id)
);

ALTER TABLE app.signing_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.signing_keys FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.signing_keys
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);
