import { expect, it } from "vitest";
import { databasesAt, tenantCommand } from "./command.ts";
import { operatorPair, rowsOf, seedTenant } from "./support.ts";

it("a move that is killed repeatedly continues where it was, and ends with every row in one database", {
  timeout: 120_000,
}, async () => {
  const { home, annex } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  await seedTenant(home, tenant, 3_000);
  const before = await rowsOf(home, tenant);
  const urls = databasesAt({ home: home.url("operator"), annex: annex.url("operator") });
  const move = ["move", tenant, "--to", "annex", "--pause-ms", "9000"];

  for (const moment of ["copying rows", "rows copied", "pausing writes"]) {
    const { child, ended } = tenantCommand(urls, ...move);
    const timer = await new Promise<NodeJS.Timeout | undefined>((resolve) => {
      child.stdout?.on("data", (said) => {
        if (String(said).includes(moment)) {
          resolve(setTimeout(() => child.kill("SIGKILL"), Math.random() * 80));
        }
      });
      ended.then(() => resolve(undefined));
    });
    const { code, said } = await ended;
    clearTimeout(timer);
    expect([null, 0], said).toContain(code);
  }
  expect(await tenantCommand(urls, ...move).ended).toMatchObject({ code: 0 });

  const finished = await tenantCommand(urls, "finish", tenant, "--now").ended;
  expect(finished).toMatchObject({ code: 0 });
  expect(Object.values(await rowsOf(home, tenant)).flat()).toEqual([]);
  const after = await rowsOf(annex, tenant);
  const trail = after["audit.events"] ?? [];
  expect({
    ...after,
    "audit.events": trail.filter((row) => before["audit.events"]?.includes(row)),
  }).toEqual(before);
});
