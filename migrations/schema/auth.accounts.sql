-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE TABLE auth.accounts (
  id                       uuid NOT NULL DEFAULT app.new_id(),
  user_id                  uuid NOT NULL,
  account_id               text NOT NULL,
  provider_id              text NOT NULL,
  access_token             text,
  refresh_token            text,
  id_token                 text,
  access_token_expires_at  timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope                    text,
  password                 text,
  created_at               timestamp with time zone NOT NULL DEFAULT now(),
  updated_at               timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT accounts_pkey PRIMARY KEY (id),
  CONSTRAINT accounts_provider_id_account_id_key UNIQUE (provider_id, account_id),
  CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);

CREATE INDEX accounts_user_id_idx ON auth.accounts USING btree (user_id);

ALTER TABLE auth.accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.accounts FORCE ROW LEVEL SECURITY;

CREATE POLICY definer_functions ON auth.accounts
  FOR ALL TO bulkhead_owner
  USING (true)
  WITH CHECK (true);

CREATE POLICY identity ON auth.accounts
  FOR ALL TO bulkhead_auth
  USING (true)
  WITH CHECK (true);

GRANT DELETE, INSERT, SELECT ON auth.accounts TO bulkhead_auth;

GRANT UPDATE (access_token, refresh_token, id_token, access_token_expires_at, refresh_token_expires_at, scope, password, updated_at) ON auth.accounts TO bulkhead_auth;
