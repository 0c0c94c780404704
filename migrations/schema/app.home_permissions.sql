-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.home_permissions (
  permission    text NOT NULL,
  elsewhere_too boolean NOT NULL DEFAULT false,
  CONSTRAINT home_permissions_pkey PRIMARY KEY (permission)
);

ALTER TABLE app.home_permissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.home_permissions FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.home_permissions
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);
