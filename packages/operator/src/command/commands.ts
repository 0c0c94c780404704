import { exportTenant } from "../archive/export.ts";
import { type Restoring, restoreAs, restoreInto } from "../archive/restore.ts";
import { Fault } from "../fault.ts";
import { abortMove, finishMove } from "../move/end.ts";
import { moveTenant, type Say } from "../move/move.ts";
import type { Tenant } from "../move/record.ts";
import { describeTenant, tableOfTenants } from "../move/status.ts";
import { claimTenant, findTenant, listTenants } from "../move/tenants.ts";
import type { Session } from "../place/session.ts";
import type { Surroundings } from "../place/surroundings.ts";
import { numberOf, required, type Words } from "./read.ts";

/** What a command works with: the databases, a connection to home, what was asked, and who listens. */
export type Work = Surroundings & {
  home: Session;
  words: Words;
  say: Say;
  /** Aborted when there is no time left. */
  signal?: AbortSignal | undefined;
};

const COMMANDS: Record<string, (work: Work) => Promise<void>> = {
  async list({ home, say }) {
    say(tableOfTenants(await listTenants(home)));
  },

  async status({ home, words, say }) {
    say(await describeTenant(home, await findTenant(home, required(words.subject, "TENANT"))));
  },

  async move(work) {
    const { house, home, words, say, signal } = work;
    const to = required(words.to, "--to PLACE");
    const limits = {
      pauseMs: numberOf(words["pause-ms"], "--pause-ms", 100, 60_000),
      keepSeconds: numberOf(words["keep-hours"], "--keep-hours", 0, 24 * 365) * 3600,
    };
    const tenant = await claimed(work, required(words.subject, "TENANT"));
    const move = await moveTenant(house, home, tenant, to, limits, say, signal);
    say(
      `${tenant.slug} lives in ${move.to_place}. Its old rows stay in ${move.from_place} until ${move.keep_until}: \`npm run tenant -- finish ${tenant.slug}\` removes them then.`,
    );
  },

  async abort(work) {
    const tenant = await claimed(work, required(work.words.subject, "TENANT"));
    await abortMove(work.house, work.home, tenant, work.signal);
    work.say(`${tenant.slug} stays in ${tenant.placement}. The copy is gone.`);
  },

  async finish(work) {
    const { house, home, words, say, signal } = work;
    const due = words.subject ? [words.subject] : await overdue(home);
    for (const wanted of due) {
      const tenant = await claimed(work, wanted);
      await finishMove(house, home, tenant, words.now && words.subject !== undefined, signal);
      say(`The old rows of ${tenant.slug} in ${tenant.move?.from_place} are gone.`);
    }
    if (due.length === 0) say("No old rows have had their time.");
  },

  async export(work) {
    const { house, home, bucket, archives, words, say } = work;
    const name = required(words.out, "--out FILE");
    if (!bucket && !words["without-objects"]) {
      throw new Fault("EXPORTS_BUCKET names no bucket: name it, or say --without-objects.");
    }
    const tenant = await claimed(work, required(words.subject, "TENANT"));
    const digest = await archives.write(name, (path) =>
      exportTenant(house, home, tenant, path, bucket, say),
    );
    say(`${tenant.slug} is in ${archives.nameOf(name)}. Its digest: ${digest}`);
  },

  async restore(work) {
    const { archives, words } = work;
    const name = required(words.subject, "FILE");
    if (words.into && words.as) throw new Fault("Say --into or --as, not both.");
    await archives.read(name, (path) => restore({ ...work, path, trusted: words.sha256 }, work));
  },
};

async function restore(restoring: Restoring, work: Work): Promise<void> {
  const { words, say } = work;
  if (words.into) {
    return restoreInto(restoring, await claimed(work, words.into), words.replace);
  }
  const slug = required(words.as, "--into TENANT or --as SLUG");
  const created = await restoreAs(restoring, slug, required(words.owner, "--owner EMAIL"));
  say(`${created.slug} (${created.id}) lives at home.`);
}

async function claimed({ home }: Work, wanted: string): Promise<Tenant> {
  const tenant = await findTenant(home, wanted);
  await claimTenant(home, tenant);
  // Again: until it was claimed, another command may have gone on with it.
  return findTenant(home, tenant.id);
}

const overdue = async (home: Session) =>
  (await listTenants(home))
    .filter(
      ({ move }) => move?.state === "switched" && Date.parse(move.keep_until ?? "") <= Date.now(),
    )
    .map(({ id }) => id);

/** @throws Fault for a word that is no command */
export function commandNamed(name: string): (work: Work) => Promise<void> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command;
  throw new Fault(`There is no command ${JSON.stringify(name)}.`);
}
