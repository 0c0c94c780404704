-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE ROLE bulkhead_api LOGIN NOINHERIT;
CREATE ROLE bulkhead_auth LOGIN NOINHERIT;
CREATE ROLE bulkhead_dead_letters LOGIN NOINHERIT;
CREATE ROLE bulkhead_operator LOGIN NOINHERIT;
CREATE ROLE bulkhead_owner NOLOGIN INHERIT;
CREATE ROLE bulkhead_sweeper LOGIN NOINHERIT;
CREATE ROLE bulkhead_worker LOGIN NOINHERIT;

GRANT rds_iam TO bulkhead_api WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;
GRANT rds_iam TO bulkhead_auth WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;
GRANT rds_iam TO bulkhead_dead_letters WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;
GRANT bulkhead_owner TO bulkhead_master WITH ADMIN TRUE, INHERIT TRUE, SET TRUE;
GRANT rds_iam TO bulkhead_operator WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;
GRANT rds_iam TO bulkhead_sweeper WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;
GRANT rds_iam TO bulkhead_worker WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;

GRANT CONNECT ON DATABASE :"database" TO bulkhead_api;
GRANT CONNECT ON DATABASE :"database" TO bulkhead_auth;
GRANT CONNECT ON DATABASE :"database" TO bulkhead_dead_letters;
GRANT CONNECT ON DATABASE :"database" TO bulkhead_operator;
GRANT CONNECT ON DATABASE :"database" TO bulkhead_sweeper;
GRANT CONNECT ON DATABASE :"database" TO bulkhead_worker;

CREATE SCHEMA app AUTHORIZATION bulkhead_owner;
CREATE SCHEMA audit AUTHORIZATION bulkhead_owner;
CREATE SCHEMA auth AUTHORIZATION bulkhead_owner;

GRANT USAGE ON SCHEMA app TO bulkhead_api;
GRANT USAGE ON SCHEMA app TO bulkhead_auth;
GRANT USAGE ON SCHEMA app TO bulkhead_dead_letters;
GRANT USAGE ON SCHEMA app TO bulkhead_operator;
GRANT USAGE ON SCHEMA app TO bulkhead_sweeper;
GRANT USAGE ON SCHEMA app TO bulkhead_worker;
GRANT USAGE ON SCHEMA audit TO bulkhead_api;
GRANT USAGE ON SCHEMA audit TO bulkhead_operator;
GRANT USAGE ON SCHEMA auth TO bulkhead_auth;
GRANT USAGE ON SCHEMA public TO bulkhead_owner;

-- Default privileges of bulkhead_master on functions: bulkhead_master=X/bulkhead_master
-- Default privileges of bulkhead_owner on functions: bulkhead_owner=X/bulkhead_owner
