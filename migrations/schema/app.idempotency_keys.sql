-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.idempotency_keys (
  tenant_id    uuid NOT NULL,
  actor        text NOT NULL,
  key          text NOT NULL,
  request_hash bytea NOT NULL,
  status       smallint,
  answer       json,
  expires_at   timestamp with time zone NOT NULL DEFAULT now() + '24:00:00'::interval,
  CONSTRAINT idempotency_keys_check CHECK (length(key) >= 1 AND length(key) <= 255 AND length(request_hash) = 32),
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, actor, key)
);

CREATE INDEX idempotency_keys_expires_at_idx ON app.idempotency_keys USING btree (expires_at);

ALTER TABLE app.idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.idempotency_keys FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.idempotency_keys
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY operator_reads ON app.idempotency_keys
  FOR SELECT TO bulkhead_operator
  USING ((tenant_id = ( SELECT app.moving_tenant() AS moving_tenant)));

CREATE POLICY operator_writes ON app.idempotency_keys
  FOR ALL TO bulkhead_operator
  USING ((tenant_id = ( SELECT app.absent_tenant() AS absent_tenant)))
  WITH CHECK ((tenant_id = ( SELECT app.absent_tenant() AS absent_tenant)));

CREATE CONSTRAINT TRIGGER answered AFTER INSERT ON app.idempotency_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.refuse_unanswered_claim();

CREATE TRIGGER note_change AFTER INSERT OR DELETE OR UPDATE ON app.idempotency_keys FOR EACH ROW EXECUTE FUNCTION app.note_change('actor', 'key');
ALTER TABLE app.idempotency_keys ENABLE ALWAYS TRIGGER note_change;

GRANT DELETE, INSERT, SELECT ON app.idempotency_keys TO bulkhead_operator;
