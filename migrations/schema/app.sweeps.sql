-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.sweeps (
  id          smallint NOT NULL DEFAULT 1,
  armed_until timestamp with time zone NOT NULL DEFAULT '-infinity'::timestamp with time zone,
  CONSTRAINT sweeps_id_check CHECK (id = 1),
  CONSTRAINT sweeps_pkey PRIMARY KEY (id)
);

ALTER TABLE app.sweeps ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.sweeps FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.sweeps
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);
