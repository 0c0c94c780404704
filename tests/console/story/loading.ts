import { expect, it } from "vitest";
import { openContext } from "../browser.ts";
import { axe } from "../page-checks.ts";
import type { Story } from "./shared.ts";

/** The pages that send a request when they open. */
const PAGES = [
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

// In the page and not by interception, which would disable the browser's cache for its files too.
const HOLD_RESPONSES = `
  const waiting = [];
  globalThis.fetch = () => new Promise((answer) => waiting.push(answer));
  globalThis.failAll = () => {
    for (const answer of waiting.splice(0)) answer(new Response("down", { status: 503 }));
  };`;

export function loading(story: Story): void {
  it("no page has an axe violation while it loads, nor after a failed request", async () => {
    const context = await openContext(story.browser, story.copy.api, story.watched);
    await context.addInitScript(HOLD_RESPONSES);
    const page = await context.newPage();
    const findings: string[] = [];
    for (const address of PAGES) {
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
