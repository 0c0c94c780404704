import { forgetPermission } from "../../../support/mutation.ts";
import { edit, type Guard, run } from "./guard.ts";

/** What keeps a request in its permission, and each change in the trail. */
export const PERMISSION: Record<string, Guard> = {
  "a policy asks for the tenant alone": {
    families: ["reads", "permissions"],
    broken: run(
      "alter policy tenant_isolation on audit.events using (tenant_id = (select id from app.current_tenant))",
    ),
    finds: /a row of audit:read/,
  },
  "a request that was opened to read may write": {
    families: ["writes", "permissions"],
    given: ({ database }) => forgetPermission(database),
    broken: edit("app.end_writes", (text) => text.replace("like '%:read'", "= 'none'")),
    finds: /opened to read/,
  },
  "the role may update whole rows": {
    families: ["permissions"],
    broken: run("grant update on app.projects to bulkhead_api"),
    finds: /what no role may change/,
  },
  "a trigger's condition depends on what the role may change": {
    families: ["permissions"],
    broken: run(`
      drop trigger record on app.projects;
      create trigger record after insert or delete on app.projects
        for each row execute function audit.record();
      create trigger record_change after update on app.projects
        for each row when (old.updated_at is not distinct from new.updated_at)
        execute function audit.record()`),
    finds: /unrecorded/,
  },
};
