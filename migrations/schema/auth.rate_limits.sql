-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE auth.rate_limits (
  id           uuid NOT NULL DEFAULT app.new_id(),
  key          text NOT NULL,
  count        integer NOT NULL,
  last_request bigint NOT NULL,
  CONSTRAINT rate_limits_key_key UNIQUE (key),
  CONSTRAINT rate_limits_pkey PRIMARY KEY (id)
);

CREATE INDEX rate_limits_last_request_idx ON auth.rate_limits USING btree (last_request);

ALTER TABLE auth.rate_limits ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.rate_limits FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON auth.rate_limits
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY identity ON auth.rate_limits
  FOR ALL TO bulkhead_auth
  USING (true)
  WITH CHECK (true);

GRANT DELETE, INSERT, SELECT ON auth.rate_limits TO bulkhead_auth;

GRANT UPDATE (count, last_request) ON auth.rate_limits TO bulkhead_auth;
