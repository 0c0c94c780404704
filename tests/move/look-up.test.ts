import { expect, it } from "vitest";
import type { Session } from "../../packages/operator/src/database/session.ts";
import { catchUpRound, copyRound } from "../../packages/operator/src/move/copy.ts";
import { operatorPair, seedTenant, tamper, withMove } from "./support.ts";

/** The session, recording the plan of each statement that takes a list of keys. */
function explained(session: Session) {
  const plans: string[] = [];
  const explain = async (text: string, values: unknown[] = []) => {
    if (!text.includes("with ordinality")) return;
    const lines = await session.texts(`explain ${text}`, values);
    plans.push(lines.join("\n"));
  };
  return {
    plans,
    session: {
      ...session,
      query: async (text, values) => {
        await explain(text, values);
        return session.query(text, values);
      },
      texts: async (text, values) => {
        await explain(text, values);
        return session.texts(text, values);
      },
    } satisfies Session,
  };
}

it("changed rows are found by their keys, without a scan, in a table that was just filled", async () => {
  const { home, annex, directory } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  await annex.sql("alter table app.projects set (autovacuum_enabled = off)");
  await annex.sql("alter table audit.events set (autovacuum_enabled = off)");
  await annex.sql("analyze app.projects, audit.events");
  await seedTenant(home, tenant, 6_000);

  await withMove(directory, tenant, "annex", async (session, move) => {
    const { marks } = await copyRound(session, move);
    await tamper(
      home,
      "update app.projects set name = name || '!' where tenant_id = $1 and name like '%777'",
      [tenant],
    );
    const { plans, session: target } = explained(session.target);
    await catchUpRound({ ...session, target }, move, marks);

    const lookUps = plans.filter((plan) => / on (projects|events) t/.test(plan));
    expect(lookUps.length).toBeGreaterThan(2);
    for (const plan of lookUps) {
      expect(plan).toMatch(/Index (Only )?Scan using (projects|events)_pkey/);
      expect(plan).not.toMatch(/ Join|Materialize/);
    }
  });
});

it.each(["auth.sessions", "app.moves", "app.projects; drop table app.projects", "", null])(
  "the operator takes no statistics of %s",
  async (relation) => {
    const { directory } = await operatorPair();
    const session = await directory.open("home");
    const taken = session.query("select app.take_statistics($1)", [relation]);
    await expect(taken).rejects.toMatchObject({ code: "BH404", message: "table.unknown" });
    await session.end();
  },
);
