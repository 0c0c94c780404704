-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.role_permissions (
  role       text NOT NULL,
  permission text NOT NULL,
  CONSTRAINT role_permissions_pkey PRIMARY KEY (role, permission)
);

ALTER TABLE app.role_permissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.role_permissions FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.role_permissions
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);
