-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE auth.tenants (
  id                  uuid NOT NULL DEFAULT app.new_id(),
  name                text NOT NULL,
  slug                text NOT NULL,
  logo                text,
  metadata            text,
  personal            boolean NOT NULL DEFAULT false,
  status              text NOT NULL DEFAULT 'active'::text,
  job_limit           integer NOT NULL DEFAULT 4,
  placement           text NOT NULL DEFAULT 'home'::text,
  created_at          timestamp with time zone NOT NULL DEFAULT now(),
  writes_paused_until timestamp with time zone,
  changes_noted       boolean NOT NULL DEFAULT false,
  status_at           timestamp with time zone,
  CONSTRAINT tenants_job_limit_check CHECK (job_limit >= 1 AND job_limit <= 1000),
  CONSTRAINT tenants_name_check CHECK (name <> ''::text AND length(name) <= 200),
  CONSTRAINT tenants_pkey PRIMARY KEY (id),
  CONSTRAINT tenants_placement_check CHECK (placement ~ '^[a-z][a-z0-9_]{0,62}$'::text),
  CONSTRAINT tenants_slug_check CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  CONSTRAINT tenants_slug_key UNIQUE (slug),
  CONSTRAINT tenants_status_check CHECK (status = ANY (ARRAY['active'::text, 'suspended'::text]))
);

ALTER TABLE auth.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.tenants FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON auth.tenants
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY identity ON auth.tenants
  FOR ALL TO bulkhead_auth
  USING (true)
  WITH CHECK (true);

CREATE TRIGGER provide_slots AFTER INSERT OR UPDATE OF job_limit ON auth.tenants FOR EACH ROW EXECUTE FUNCTION app.provide_slots();
CREATE TRIGGER record AFTER INSERT OR DELETE OR UPDATE ON auth.tenants FOR EACH ROW EXECUTE FUNCTION audit.record_identity('tenant', '{writes_paused_until,changes_noted,status_at}');

GRANT DELETE, INSERT, SELECT ON auth.tenants TO bulkhead_auth;

GRANT UPDATE (name, slug, logo, metadata) ON auth.tenants TO bulkhead_auth;
