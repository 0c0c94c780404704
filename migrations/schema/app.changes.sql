-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.changes (
  tenant_id uuid NOT NULL,
  id        uuid NOT NULL DEFAULT app.new_id(),
  relation  text NOT NULL,
  key       text[] NOT NULL,
  CONSTRAINT changes_pkey PRIMARY KEY (tenant_id, id)
);

ALTER TABLE app.changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.changes FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.changes
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);
