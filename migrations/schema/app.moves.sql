-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE app.moves (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL DEFAULT app.new_id(),
  kind        text NOT NULL,
  from_place  text NOT NULL,
  to_place    text NOT NULL,
  part        text NOT NULL,
  state       text NOT NULL DEFAULT 'copying'::text,
  archive     text,
  copied_from xid8,
  left_at     xid8,
  pause_ms    integer,
  row_count   bigint,
  checksums   jsonb,
  started_at  timestamp with time zone NOT NULL DEFAULT now(),
  switched_at timestamp with time zone,
  keep_until  timestamp with time zone,
  finished_at timestamp with time zone,
  CONSTRAINT moves_archive_check CHECK (archive ~ '^[0-9a-f]{64}$'::text),
  CONSTRAINT moves_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT moves_state CHECK ((kind = ANY (ARRAY['move'::text, 'restore'::text, 'export'::text])) AND (part = ANY (ARRAY['source'::text, 'target'::text, 'witness'::text])) AND
CASE state
    WHEN 'copying'::text THEN finished_at IS NULL AND switched_at IS NULL
    WHEN 'switched'::text THEN finished_at IS NULL AND switched_at IS NOT NULL
    WHEN 'finished'::text THEN finished_at IS NOT NULL
    WHEN 'aborted'::text THEN finished_at IS NOT NULL AND switched_at IS NULL
    ELSE false
END)
);

CREATE UNIQUE INDEX moves_open ON app.moves USING btree (tenant_id) WHERE ((finished_at IS NULL) AND (kind <> 'export'::text));

ALTER TABLE app.moves ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.moves FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON app.moves
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE TRIGGER mark_copied AFTER INSERT OR DELETE OR UPDATE OF state ON app.moves FOR EACH ROW EXECUTE FUNCTION app.mark_copied();
CREATE TRIGGER record AFTER INSERT OR DELETE ON app.moves FOR EACH ROW EXECUTE FUNCTION audit.record_move();
CREATE TRIGGER record_state AFTER UPDATE ON app.moves FOR EACH ROW WHEN (old.state IS DISTINCT FROM new.state) EXECUTE FUNCTION audit.record_move();
