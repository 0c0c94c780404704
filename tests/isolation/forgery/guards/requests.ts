import { Client, type PoolClient } from "pg";
import { isClean } from "../../../../packages/db/src/cleanliness.ts";
import { runOn } from "../../../../packages/db/src/exchange.ts";
import type { Command } from "../../../../packages/db/src/protocol/batch.ts";
import { clearRoleSettings } from "../../../../packages/db/src/role-settings.ts";
import { startupOptions } from "../../../../packages/db/src/settings.ts";
import { opening, RESET } from "../../../../packages/db/src/tenant/credential.ts";
import { callerOf } from "../../../support/caller.ts";
import type { Person } from "../../../support/database.ts";
import { bound } from "../../../support/hole.ts";
import type { Stage } from "../types.ts";

type Opening = ReturnType<typeof opening>;
type Run = Stage["shared"]["run"];

const USUAL = (open: Opening): Command[] => [RESET, open];

const requests = (stage: Stage, commands: (open: Opening) => Command[], run: Run): void => {
  stage.request = (actor, permission, ...statements) => {
    const { credential, purpose } = callerOf(stage.shared, actor as Person, { permission });
    return run([...commands(opening(credential, purpose)), ...bound(statements)]);
  };
};

/** The product's batch, changed. */
export const batch = (commands: (open: Opening) => Command[]) => (stage: Stage) =>
  requests(stage, commands, stage.shared.run);

/** A batch on whatever connection comes, once. */
export const onlyOnce = (stage: Stage) =>
  requests(stage, USUAL, async (commands) => {
    const { exchange, giveBack } = await stage.shared.borrow();
    const outcome = await exchange(commands);
    giveBack(isClean(outcome));
    return outcome;
  });

/** Each batch on a new connection that the driver did not make. */
const onClient = (
  stage: Stage,
  open: (connect: () => Promise<Client>) => Promise<Client>,
  options?: string,
) =>
  requests(stage, USUAL, async (commands) => {
    const client = await open(async () => {
      const connectionString = stage.database.url("api");
      const connected = new Client({ connectionString, ...(options && { options }) });
      connected.on("error", () => {});
      await connected.connect();
      return connected;
    });
    const outcome = await runOn(client as PoolClient, commands);
    await client.end();
    return outcome;
  });

/** Without start-up options, but with the driver's look for what its role has set. */
export const unpinned = (stage: Stage) =>
  onClient(stage, async (connect) => {
    const client = await connect();
    const { isOutdated } = await clearRoleSettings(client as PoolClient);
    if (!isOutdated) return client;
    await client.end();
    return connect();
  });

/** With start-up options, but without that look. */
export const unlooked = (stage: Stage) => onClient(stage, (connect) => connect(), startupOptions());
