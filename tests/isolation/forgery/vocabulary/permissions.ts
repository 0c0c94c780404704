import { ALL_OWN } from "./own.ts";

const again = (permission: string) =>
  `select app.open_session('\\x{proof}', '${permission}', 'harmless.read', 'r0')`;

/** Tables of other permissions, columns that are not granted, and writes in a transaction that was opened to read. */
export const PERMISSIONS = [
  "select * from app.api_keys",
  "select * from audit.events order by occurred_at desc",
  "select before, after from audit.events where target_type = 'api_keys'",
  "select * from app.jobs",
  again("project:read"),
  again("project:write"),
  again("job:read"),
  again("audit:read"),
  again("api_key:manage"),
  again("tenant:delete"),
  "select app.open_api_key(sha256('own'), 'api_key:manage', 'a', 'r')",
  "insert into app.api_keys (name, prefix, token_hash, scopes) values ('x', 'x', sha256('x'), '{project:read}')",
  "update app.api_keys set revoked_at = now()",
  "update app.api_keys set token_hash = sha256(sha256('own')), last_used_at = clock_timestamp()",
  "update app.api_keys set name = 'renamed', last_used_at = clock_timestamp()",
  "delete from app.api_keys",
  "update app.projects set created_by = 'user:forged'",
  "update app.projects set id = gen_random_uuid()",
  "update app.projects set created_at = 'epoch', name = 'old'",
  "update app.projects set updated_at = now() - interval '1 day', name = 'renamed silently'",
  "update app.projects set attributes = '{}', updated_at = clock_timestamp()",
  "delete from app.projects where name = 'mine'",
  "insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, request_id) values ('{own}', 'x', 'x', 'x', 'x', '{secret}', 'x')",
  "select set_config('transaction_read_only', 'off', true)",
  "set transaction read write",
  "do $$ begin perform set_config('transaction_read_only', 'off', true); exception when others then null; end $$",
  "alter table app.projects disable trigger record",
  "select app.end_writes('project:write')",
  ALL_OWN,
];
