import { expect, it } from "vitest";
import { openContext } from "../browser.ts";
import { axe } from "../looks.ts";
import type { Stage } from "../stage.ts";

/** The pages that ask for something when they open. */
const ASKING = [
  "/",
  "/projects/",
  "/projects/view/?id=x",
  "/jobs/",
  "/jobs/view/?id=x",
  "/audit/",
  "/api-keys/",
  "/members/",
  "/workspaces/",
  "/account/",
  "/invitation/#id=x",
];

// In the page itself: a browser whose requests are intercepted keeps no file of the page either.
const HOLD_ANSWERS = `
  const waiting = [];
  globalThis.fetch = () => new Promise((answer) => waiting.push(answer));
  globalThis.failAll = () => {
    for (const answer of waiting.splice(0)) answer(new Response("down", { status: 503 }));
  };`;

export function loading(stage: Stage): void {
  it("axe finds nothing while answers are on their way, nor when there are none", async () => {
    const context = await openContext(stage.browser, stage.copy.api, stage.watched);
    await context.addInitScript(HOLD_ANSWERS);
    const page = await context.newPage();
    const findings: string[] = [];
    for (const address of ASKING) {
      await page.goto(address);
      await page.locator("#page .skeleton").first().waitFor();
      findings.push(...(await axe(page)));
      await page.evaluate("failAll()");
      await page.getByRole("alert").first().waitFor();
      findings.push(...(await axe(page)));
    }
    await context.close();
    expect(findings).toEqual([]);
  });
}
