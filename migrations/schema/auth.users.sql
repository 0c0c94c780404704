-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE auth.users (
  id             uuid NOT NULL DEFAULT app.new_id(),
  name           text NOT NULL,
  email          text NOT NULL,
  email_verified boolean NOT NULL DEFAULT false,
  image          text,
  created_at     timestamp with time zone NOT NULL DEFAULT now(),
  updated_at     timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT users_email_check CHECK (email = lower(email) AND email ~~ '%_@_%'::text AND length(email) <= 320),
  CONSTRAINT users_email_key UNIQUE (email),
  CONSTRAINT users_name_check CHECK (length(name) <= 200),
  CONSTRAINT users_pkey PRIMARY KEY (id)
);

ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.users FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON auth.users
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY identity ON auth.users
  FOR ALL TO bulkhead_auth
  USING (true)
  WITH CHECK (true);

CREATE TRIGGER give_personal_tenant AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION auth.give_personal_tenant();

GRANT DELETE, INSERT, SELECT ON auth.users TO bulkhead_auth;

GRANT UPDATE (name, email, email_verified, image, updated_at) ON auth.users TO bulkhead_auth;
