-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.jobs (
  tenant_id   uuid NOT NULL DEFAULT app.claimed_tenant(),
  id          uuid NOT NULL DEFAULT app.new_id(),
  task        text NOT NULL,
  input       jsonb NOT NULL,
  state       text NOT NULL DEFAULT 'queued'::text,
  priority    smallint NOT NULL DEFAULT 0,
  run_at      timestamp with time zone NOT NULL DEFAULT now(),
  slot        smallint,
  epoch       integer NOT NULL DEFAULT 0,
  attempt     integer NOT NULL DEFAULT 0,
  sent_at     timestamp with time zone,
  lease_until timestamp with time zone,
  result      jsonb,
  error       jsonb,
  created_by  text NOT NULL DEFAULT app.claimed_actor(),
  created_at  timestamp with time zone NOT NULL DEFAULT now(),
  finished_at timestamp with time zone,
  trace       text DEFAULT app.claimed_trace(),
  CONSTRAINT jobs_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT jobs_state CHECK (
CASE state
    WHEN 'queued'::text THEN finished_at IS NULL
    WHEN 'running'::text THEN finished_at IS NULL AND slot IS NOT NULL AND lease_until IS NOT NULL
    WHEN 'succeeded'::text THEN finished_at IS NOT NULL AND slot IS NULL
    WHEN 'failed'::text THEN finished_at IS NOT NULL AND slot IS NULL
    ELSE false
END),
  CONSTRAINT jobs_trace CHECK (trace ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'::text)
);

CREATE INDEX jobs_finished ON app.jobs USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE UNIQUE INDEX jobs_one_a_slot ON app.jobs USING btree (tenant_id, slot) WHERE (slot IS NOT NULL);
CREATE INDEX jobs_tenant_id_created_at_id_idx ON app.jobs USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX jobs_unfinished ON app.jobs USING btree (sent_at) WHERE (slot IS NOT NULL);
CREATE INDEX jobs_waiting ON app.jobs USING btree (tenant_id, priority DESC, created_at, id) WHERE ((state = 'queued'::text) AND (slot IS NULL));

ALTER TABLE app.jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.jobs FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.jobs
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY operator_reads ON app.jobs
  FOR SELECT TO bulkhead_operator
  USING ((tenant_id = ( SELECT app.moving_tenant() AS moving_tenant)));

CREATE POLICY operator_writes ON app.jobs
  FOR ALL TO bulkhead_operator
  USING ((tenant_id = ( SELECT app.absent_tenant() AS absent_tenant)))
  WITH CHECK ((tenant_id = ( SELECT app.absent_tenant() AS absent_tenant)));

CREATE POLICY tenant_isolation ON app.jobs
  FOR SELECT TO bulkhead_api
  USING ((tenant_id = ( SELECT current_tenant.id
   FROM app.current_tenant
  WHERE (current_tenant.permission = ANY ('{job:read}'::text[])))));

CREATE POLICY tenant_isolation_in_jobs ON app.jobs
  FOR SELECT TO bulkhead_worker
  USING ((tenant_id = ( SELECT current_tenant.id
   FROM app.current_tenant)));

CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON app.jobs FOR EACH ROW EXECUTE FUNCTION app.note_change('id');
ALTER TABLE app.jobs ENABLE ALWAYS TRIGGER note_change;

CREATE TRIGGER record AFTER INSERT OR DELETE ON app.jobs FOR EACH ROW EXECUTE FUNCTION audit.record('{}', '{slot,epoch,attempt,sent_at,lease_until,trace}');
CREATE TRIGGER record_state AFTER UPDATE ON app.jobs FOR EACH ROW WHEN (old.state IS DISTINCT FROM new.state AND new.state <> 'running'::text) EXECUTE FUNCTION audit.record('{}', '{slot,epoch,attempt,sent_at,lease_until,trace}');

GRANT SELECT ON app.jobs TO bulkhead_api;
GRANT DELETE, INSERT, SELECT ON app.jobs TO bulkhead_operator;
GRANT SELECT ON app.jobs TO bulkhead_worker;
