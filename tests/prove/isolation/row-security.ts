import type { Check } from "./check.ts";
import { OWN_TABLE, UNOWNED } from "./product.ts";

export const rowSecurity: Check = {
  id: "row-security",
  guarantee: "every table has row level security, forced on its owner too",
  subjects: `
    select name as object,
           format('row level security %s, %s', case when relrowsecurity then 'on' else 'off' end,
             case when relforcerowsecurity then 'forced' else 'not forced' end) as found,
           case when not relrowsecurity then name || ' has no row level security: a role that may read it reads all tenants'
                when not relforcerowsecurity then name || ' does not force row level security: functions that run as its owner are exempt' end as fault,
           case when relrowsecurity and relforcerowsecurity then null
                when tenant_owned and ${UNOWNED("tables.name")} then ${OWN_TABLE("tables.name")}
                else concat_ws(' ',
             case when not relrowsecurity then format('alter table %s enable row level security;', name) end,
             case when not relforcerowsecurity then format('alter table %s force row level security;', name) end) end as remedy
      from tables`,
};
