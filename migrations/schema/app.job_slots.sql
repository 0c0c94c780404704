-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.job_slots (
  tenant_id uuid NOT NULL,
  slot      smallint NOT NULL,
  CONSTRAINT job_slots_pkey PRIMARY KEY (tenant_id, slot),
  CONSTRAINT job_slots_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES auth.tenants(id) ON DELETE CASCADE
);

ALTER TABLE app.job_slots ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.job_slots FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.job_slots
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);
