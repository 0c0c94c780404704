import type { TestDatabase } from "../../../support/database.ts";

// Backends' settings too, which only a connection's beginning can change: that is what ALTER ROLE is for.
const USER_SETTINGS = `select name, vartype, setting, min_val, max_val, enumvals from pg_settings
  where context in ('user', 'backend') order by name collate "C"`;

type Setting = {
  name: string;
  vartype: "bool" | "enum" | "integer" | "real" | "string";
  setting: string;
  min_val: string;
  max_val: string;
  enumvals: string[] | null;
};

/** Every setting that an ordinary role may change, with values that do harm, for this session and for later ones. */
export async function settingStatements({ sql }: Pick<TestDatabase, "sql">): Promise<string[]> {
  const settings = await hostileSettings({ sql });
  return settings.flatMap(({ name, value }) => [
    `set ${name} to '${value}'`,
    `select set_config('${name}', '${value}', false)`,
    // In this database alone: the roles are shared with other tests.
    `alter role bulkhead_{role} in database {database} set ${name} to '${value}'`,
  ]);
}

export async function hostileSettings({
  sql,
}: Pick<TestDatabase, "sql">): Promise<{ name: string; value: string }[]> {
  const settings = (await sql(USER_SETTINGS)) as Setting[];
  return settings.flatMap((each) => harmful(each).map((value) => ({ name: each.name, value })));
}

/** The other value, each other one, the ends and the smallest that is something, or a text that names nothing. */
function harmful({ vartype, setting, min_val, max_val, enumvals }: Setting): string[] {
  switch (vartype) {
    case "bool":
      return [setting === "on" ? "off" : "on"];
    case "enum":
      return (enumvals ?? []).filter((value) => value !== setting);
    case "string":
      return ["", "nowhere"];
    default:
      return [...new Set([min_val, "1", max_val])].filter((value) => value !== setting);
  }
}
