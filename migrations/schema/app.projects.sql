-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.projects (
  tenant_id   uuid NOT NULL DEFAULT app.claimed_tenant(),
  id          uuid NOT NULL DEFAULT app.new_id(),
  name        text NOT NULL,
  description text NOT NULL DEFAULT ''::text,
  attributes  jsonb NOT NULL DEFAULT '{}'::jsonb,
  created_by  text NOT NULL DEFAULT app.claimed_actor(),
  created_at  timestamp with time zone NOT NULL DEFAULT now(),
  updated_at  timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT attributes_are_few CHECK (jsonb_typeof(attributes) = 'object'::text AND pg_column_size(attributes) <= 32768),
  CONSTRAINT projects_description_check CHECK (length(description) <= 10000),
  CONSTRAINT projects_name_check CHECK (name <> ''::text AND length(name) <= 200),
  CONSTRAINT projects_pkey PRIMARY KEY (tenant_id, id)
);

CREATE INDEX projects_attributes ON app.projects USING gin (app.tenant_attributes(tenant_id, attributes) jsonb_path_ops);
CREATE INDEX projects_name ON app.projects USING btree (tenant_id, lower(name) text_pattern_ops);
CREATE INDEX projects_tenant_id_created_at_id_idx ON app.projects USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX projects_words ON app.projects USING gin (app.tenant_words(tenant_id, ((name || ' '::text) || description)));

ALTER TABLE app.projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.projects FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.projects
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY operator_reads ON app.projects
  FOR SELECT TO bulkhead_operator
  USING ((tenant_id = ( SELECT app.moving_tenant() AS moving_tenant)));

CREATE POLICY operator_writes ON app.projects
  FOR ALL TO bulkhead_operator
  USING ((tenant_id = ( SELECT app.absent_tenant() AS absent_tenant)))
  WITH CHECK ((tenant_id = ( SELECT app.absent_tenant() AS absent_tenant)));

CREATE POLICY tenant_isolation ON app.projects
  FOR ALL TO bulkhead_api
  USING ((tenant_id = ( SELECT current_tenant.id
   FROM app.current_tenant
  WHERE (current_tenant.permission = ANY ('{project:read,project:write}'::text[])))))
  WITH CHECK ((tenant_id = ( SELECT current_tenant.id
   FROM app.current_tenant
  WHERE (current_tenant.permission = ANY ('{project:write}'::text[])))));

CREATE POLICY tenant_isolation_in_jobs ON app.projects
  FOR SELECT TO bulkhead_worker
  USING ((tenant_id = ( SELECT current_tenant.id
   FROM app.current_tenant)));

CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON app.projects FOR EACH ROW EXECUTE FUNCTION app.note_change('id');
ALTER TABLE app.projects ENABLE ALWAYS TRIGGER note_change;

CREATE TRIGGER record AFTER INSERT OR DELETE OR UPDATE ON app.projects FOR EACH ROW EXECUTE FUNCTION audit.record('{}', '{}');

GRANT DELETE, INSERT, SELECT ON app.projects TO bulkhead_api;
GRANT DELETE, INSERT, SELECT ON app.projects TO bulkhead_operator;
GRANT SELECT ON app.projects TO bulkhead_worker;

GRANT UPDATE (name, description, attributes, updated_at) ON app.projects TO bulkhead_api;
