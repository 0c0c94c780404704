import { randomUUID } from "node:crypto";
import {
  type AdmittedJob,
  type BoundStatement,
  type Connections,
  enqueue,
  mutate,
} from "@bulkhead/db";
import { vi } from "vitest";
import { freshApi } from "../../routes/support.ts";
import { anySql, callerOf, createProject } from "../../support/caller.ts";
import { sha256 } from "../../support/database.ts";
import { hole, type Site } from "../../support/hole.ts";
import { careless } from "../exits/careless.ts";

vi.mock("../../../packages/core/src/object/exports.ts", async (load) =>
  (await import("../exits/careless.ts")).exportsOf(await load()),
);
vi.mock("../../../packages/db/src/tenant/token.ts", async (load) =>
  (await import("../exits/careless.ts")).tokensOf(await load()),
);

const without = (guard: "links" | "tokens") => () => {
  careless.add(guard);
};

/** A link to the victim's export, because the row of mallory's own job says that it is hers. */
async function linkToExport({ database, mallory, victim }: Site) {
  const key = `exports/${victim.tenantId}/${randomUUID()}.json`;
  const row = `select json_build_object('job', json_build_object('id', gen_random_uuid()), 'object_key', '${key}')`;
  const api = database.as("api");
  const injected: Connections = {
    ...api,
    // The verb's statement is the named one.
    run: (commands, signal) =>
      api.run(
        commands.map((command) => (command.name ? anySql(row) : command)),
        signal,
      ),
  };
  const { over } = await freshApi({}, database);
  const answer = await over(injected, mallory).get(`/v1/jobs/${randomUUID()}`);
  const { download_url } = (await answer.json()) as { download_url?: string };
  return download_url && decodeURIComponent(download_url).includes(key) ? download_url : undefined;
}

hole("a link is made to nothing but an export of the tenant whose context is open", {
  attack: linkToExport,
  broken: { "the row says which object": without("links") },
});

/** A token of the victim's job: an earlier statement of the batch replaces the one that enqueues. */
async function tokenOfAnother({ database, mallory, victim }: Site) {
  const api = database.as("api", { max: 1 });
  const run = async (...jobs: BoundStatement<AdmittedJob>[]) => {
    const key = randomUUID();
    const change = createProject({ name: "x" });
    return mutate(callerOf(api, mallory), { key, hash: sha256(key), change, jobs });
  };
  const owed = () => enqueue(randomUUID(), "project.export", {}, null, null);
  await run(owed());
  const { name } = owed();
  const replace = anySql(`do $do$ begin
    execute 'deallocate "${name}"';
    execute $p$prepare "${name}" (uuid, text, jsonb, timestamptz, smallint) as
      select gen_random_uuid(), 1, '${victim.tenantId}'::uuid$p$;
  end $do$`);
  const { tokens } = await run(
    replace as BoundStatement<unknown> as BoundStatement<AdmittedJob>,
    owed(),
  );
  if (tokens.length === 0) throw new Error("The replaced statement has returned no token.");
  return tokens.find(({ tenant }) => tenant === victim.tenantId);
}

hole("a token names no tenant but the one whose context is open", {
  attack: tokenOfAnother,
  broken: { "the row says which tenant": without("tokens") },
});
