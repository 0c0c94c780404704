import { expect, it } from "vitest";
import { catchUpRound, copyRound } from "../../packages/operator/src/move/copy.ts";
import type { Session } from "../../packages/operator/src/place/session.ts";
import { furnish, neighbourhood, onCourse, tamper } from "./support.ts";

/** The same session, which has each statement about a list of keys explained before it runs it. */
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

it("what has changed is looked up by its keys in a table that was filled a moment ago, and not by reading all of it", async () => {
  const { home, annex, house } = await neighbourhood();
  const tenant = (await home.newPerson()).tenantId;
  await annex.sql("alter table app.projects set (autovacuum_enabled = off)");
  await annex.sql("alter table audit.events set (autovacuum_enabled = off)");
  await annex.sql("analyze app.projects, audit.events");
  await furnish(home, tenant, 6_000);

  await onCourse(house, tenant, "annex", async (course, move) => {
    const { marks } = await copyRound(course, move);
    await tamper(
      home,
      "update app.projects set name = name || '!' where tenant_id = $1 and name like '%777'",
      [tenant],
    );
    const { plans, session: target } = explained(course.target);
    await catchUpRound({ ...course, target }, move, marks);

    const looking = plans.filter((plan) => / on (projects|events) t/.test(plan));
    expect(looking.length).toBeGreaterThan(2);
    for (const plan of looking) {
      expect(plan).toMatch(/Index (Only )?Scan using (projects|events)_pkey/);
      expect(plan).not.toMatch(/ Join|Materialize/);
    }
  });
});

it.each(["auth.sessions", "app.moves", "app.projects; drop table app.projects", "", null])(
  "statistics of %s are not the operator's to take",
  async (relation) => {
    const { house } = await neighbourhood();
    const session = await house.open("home");
    const taken = session.query("select app.take_statistics($1)", [relation]);
    await expect(taken).rejects.toMatchObject({ code: "BH404", message: "table.unknown" });
    await session.end();
  },
);
