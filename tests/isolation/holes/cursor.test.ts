import { hole, lastValue, type Site } from "../../support/hole.ts";
import { redefine } from "../../support/mutation.ts";

/** A cursor of the victim's list, for whoever claims to be in her tenant. */
async function sealForAnother({ mallory, victim, request }: Site) {
  return lastValue(
    await request(
      mallory,
      `select set_config('app.ctx', replace(current_setting('app.ctx'), '${mallory.tenantId}', '${victim.tenantId}'), true)`,
      "select app.next_cursor('projects', null, null, null, now(), gen_random_uuid())",
    ),
  );
}

hole("a cursor is sealed for nobody but the tenant whose context is signed", {
  attack: sealForAnother,
  broken: {
    "the signature is not looked at": ({ database }) =>
      redefine(database, "app.next_cursor", (definition) =>
        definition.replace("app.signed(k.key)", "true"),
      ),
  },
});
