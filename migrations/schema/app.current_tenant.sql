-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE VIEW app.current_tenant WITH (security_barrier=true) AS
 SELECT split_part(current_setting('app.ctx'::text, true), '|'::text, 1)::uuid AS id,
    split_part(current_setting('app.ctx'::text, true), '|'::text, 6) AS permission
   FROM app.signing_keys k
  WHERE app.signed(key);

GRANT SELECT ON app.current_tenant TO bulkhead_api;
GRANT SELECT ON app.current_tenant TO bulkhead_worker;
