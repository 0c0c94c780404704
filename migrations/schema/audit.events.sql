-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE audit.events (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL DEFAULT app.new_id(),
  occurred_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  actor       text NOT NULL,
  action      text NOT NULL,
  operation   text NOT NULL,
  target_type text NOT NULL,
  target_id   uuid NOT NULL,
  before      jsonb,
  after       jsonb,
  request_id  text NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (tenant_id, id)
);

CREATE INDEX events_tenant_id_occurred_at_id_idx ON audit.events USING btree (tenant_id, occurred_at DESC, id DESC);
CREATE INDEX events_tenant_id_target_id_occurred_at_id_idx ON audit.events USING btree (tenant_id, target_id, occurred_at DESC, id DESC);

ALTER TABLE audit.events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.events FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON audit.events
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY operator_reads ON audit.events
  FOR SELECT TO bulkhead_operator
  USING ((tenant_id = ( SELECT app.moving_tenant() AS moving_tenant)));

CREATE POLICY operator_writes ON audit.events
  FOR ALL TO bulkhead_operator
  USING ((tenant_id = ( SELECT app.absent_tenant() AS absent_tenant)))
  WITH CHECK ((tenant_id = ( SELECT app.absent_tenant() AS absent_tenant)));

CREATE POLICY tenant_isolation ON audit.events
  FOR SELECT TO bulkhead_api
  USING ((tenant_id = ( SELECT current_tenant.id
   FROM app.current_tenant
  WHERE (current_tenant.permission = ANY ('{audit:read}'::text[])))));

CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON audit.events FOR EACH ROW EXECUTE FUNCTION app.note_change('id');
ALTER TABLE audit.events ENABLE ALWAYS TRIGGER note_change;

GRANT SELECT ON audit.events TO bulkhead_api;
GRANT DELETE, INSERT, SELECT ON audit.events TO bulkhead_operator;
