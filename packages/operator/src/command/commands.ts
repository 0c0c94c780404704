import { exportTenant } from "../archive/export.ts";
import { type Restore, restoreAs, restoreInto } from "../archive/restore.ts";
import type { Session } from "../database/session.ts";
import type { Environment } from "../environment/environment.ts";
import { OperatorError } from "../errors.ts";
import type { Log } from "../log.ts";
import { abortMove, finishMove } from "../move/finish.ts";
import { moveTenant } from "../move/move.ts";
import { claimTenant, findTenant, listTenants } from "../tenant/find.ts";
import { describeTenant, formatTenants } from "../tenant/status.ts";
import { type Options, required, wholeNumber } from "./options.ts";

/** Where a command's answer and its progress go. */
export type Output = { print(text: string): void; log: Log };

type Context = Environment &
  Output & {
    home: Session;
    options: Options;
    /** Aborted when the time budget is used up. */
    signal?: AbortSignal | undefined;
  };

const COMMANDS: Record<string, (context: Context) => Promise<void>> = {
  async list({ home, print }) {
    print(formatTenants(await listTenants(home)));
  },

  async status({ home, options, print }) {
    print(await describeTenant(home, await findTenant(home, required(options.subject, "TENANT"))));
  },

  async move({ directory, home, options, print, log, signal }) {
    const to = required(options.to, "--to PLACE");
    const limits = {
      pauseMs: wholeNumber(options["pause-ms"], "--pause-ms", 100, 60_000),
      keepSeconds: wholeNumber(options["keep-hours"], "--keep-hours", 0, 24 * 365) * 3600,
    };
    const tenant = await claimTenant(home, required(options.subject, "TENANT"));
    const move = await moveTenant(directory, home, tenant, to, limits, log, signal);
    print(
      `${tenant.slug} lives in ${move.to_place}. Its old rows stay in ${move.from_place} until ${move.keep_until}: \`npm run tenant -- finish ${tenant.slug}\` removes them then.`,
    );
  },

  async abort({ directory, home, options, print, signal }) {
    const tenant = await claimTenant(home, required(options.subject, "TENANT"));
    await abortMove(directory, home, tenant, signal);
    print(`${tenant.slug} stays in ${tenant.placement}. The copy is removed.`);
  },

  async finish({ directory, home, options, print, signal }) {
    const { subject, now } = options;
    const due = subject ? [subject] : await overdue(home);
    for (const each of due) {
      const tenant = await claimTenant(home, each);
      await finishMove(directory, home, tenant, now && subject !== undefined, signal);
      print(`The old rows of ${tenant.slug} in ${tenant.move?.from_place} are removed.`);
    }
    if (due.length === 0) print("There are no old rows to remove.");
  },

  async export({ directory, home, bucket, archives, options, print, log }) {
    const name = required(options.out, "--out FILE");
    if (!bucket && !options["without-objects"]) {
      throw new OperatorError("EXPORTS_BUCKET is not set: set it, or add --without-objects.");
    }
    const tenant = await claimTenant(home, required(options.subject, "TENANT"));
    const digest = await archives.write(name, (path) =>
      exportTenant(directory, home, tenant, path, bucket, log),
    );
    print(`${tenant.slug} is in ${archives.locationOf(name)}. Its digest: ${digest}`);
  },

  async restore({ options, ...context }) {
    const name = required(options.subject, "FILE");
    if (options.into && options.as) throw new OperatorError("Give --into or --as, not both.");
    await context.archives.read(name, (path) =>
      restore({ ...context, path, trusted: options.sha256 }, options, context.print),
    );
  },
};

async function restore(archive: Restore, options: Options, print: Output["print"]): Promise<void> {
  if (options.into) {
    const tenant = await claimTenant(archive.home, options.into);
    await restoreInto(archive, tenant, options.replace);
    print(`${tenant.slug} is restored.`);
  } else {
    const slug = required(options.as, "--into TENANT or --as SLUG");
    const tenant = await restoreAs(archive, slug, required(options.owner, "--owner EMAIL"));
    print(`${tenant.slug} (${tenant.id}) lives at home.`);
  }
}

const overdue = async (home: Session) =>
  (await listTenants(home))
    .filter(
      ({ move }) => move?.state === "switched" && Date.parse(move.keep_until ?? "") <= Date.now(),
    )
    .map(({ id }) => id);

/** @throws OperatorError for an unknown command */
export function findCommand(name: string): (context: Context) => Promise<void> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command;
  throw new OperatorError(
    `Unknown command ${JSON.stringify(name)}. \`npm run tenant\` lists the commands.`,
  );
}
