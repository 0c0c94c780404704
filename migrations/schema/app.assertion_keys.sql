-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.assertion_keys (
  database    text NOT NULL,
  generation  integer NOT NULL,
  key         bytea NOT NULL,
  id          text NOT NULL GENERATED ALWAYS AS (encode(substr(sha256(key), 1, 8), 'hex'::text)) STORED,
  valid_until timestamp with time zone NOT NULL DEFAULT 'infinity'::timestamp with time zone,
  CONSTRAINT assertion_keys_database_check CHECK (database <> 'home'::text),
  CONSTRAINT assertion_keys_key_check CHECK (length(key) = 32),
  CONSTRAINT assertion_keys_pkey PRIMARY KEY (database, generation)
);

ALTER TABLE app.assertion_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.assertion_keys FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.assertion_keys
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);
