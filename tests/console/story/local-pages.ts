import { expect, it } from "vitest";
import type { Page } from "../browser.ts";
import type { Story } from "./shared.ts";

/** Each row of the waterfall as the path from the top to it: `browser click > api POST > api select`. */
async function pathsOn(page: Page): Promise<string[]> {
  const rows = await page.evaluate<{ level: number; text: string }[]>(
    `[...document.querySelectorAll(".waterfall > li")].map((row) => ({
       level: Number(row.ariaLevel),
       text: row.querySelector(".what").textContent.replace(/\\s+/g, " ").trim(),
     }))`,
  );
  const above: string[] = [];
  return rows.map(({ level, text }) => {
    above.splice(level - 1, above.length, text);
    return above.join(" > ");
  });
}

/** Shows another page in the open document, which keeps axe loaded. */
const showPage = (page: Page, address: string) =>
  page.evaluate(`(async () => {
    const answer = await fetch(${JSON.stringify(address)}, { headers: { accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    history.replaceState(null, "", ${JSON.stringify(address)});
    document.title = next.title;
    document.body.replaceWith(next.body);
  })()`);

const linksIn = (page: Page, place: string) =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll('${place} a[href^="/_local/"]')].map((link) => link.pathname)`,
  );

export function localPages(story: Story): void {
  it("a trace id on the local page shows click, request, SQL, queue and worker as one tree", async () => {
    const page = await story.ada.context.newPage();
    await page.goto("/_local/traces");
    await page.getByLabel("Trace id").fill(story.traceId);
    await page.keyboard.press("Enter");
    await page.locator(".waterfall").waitFor();

    const request = "browser click project.export > api POST /v1/projects/:id/exports";
    const sent = `${request} > api send project.export producer`;
    const worked = `${sent} > worker process project.export consumer > worker transaction`;
    // The page refreshes itself until the worker's spans have arrived.
    await expect
      .poll(async () => (await pathsOn(page)).join("\n"), { timeout: 20_000 })
      .toContain(`${worked} > worker app.complete_job`);
    const paths = await pathsOn(page);
    expect(paths.filter((it) => !it.startsWith("browser click project.export"))).toEqual([]);
    const statements = paths.filter((it) => / > \w+ transaction > /.test(it));
    expect(statements.filter((it) => !/ \d+ rows?$/.test(it))).toEqual([]);
    const first = (start: string) => paths.findIndex((it) => it.startsWith(start));
    const order = [request, sent, `${sent} > api transaction > api app.enqueue`, worked].map(first);
    expect(order).toEqual(order.filter((at) => at >= 0).sort((left, right) => left - right));

    await story.checks.run(page);
    await page.close();
  });

  it("a button on a local page fires a schedule", async () => {
    const page = await story.ada.context.newPage();
    await page.goto("/_local/schedules");
    await page.getByRole("button", { name: "Fire now" }).click();
    await page.getByRole("status").getByText("has run").waitFor();
    await page.close();
  });

  it("no page of the local cloud has an axe violation", async () => {
    const page = await story.ada.context.newPage();
    await page.goto("/_local/");
    for (const section of await linksIn(page, "nav")) {
      await showPage(page, section);
      await story.checks.run(page);
      const [detail] = await linksIn(page, "main table");
      if (!detail || story.checks.pages.has(detail)) continue;
      await showPage(page, detail);
      await story.checks.run(page);
    }
    await page.close();
    const local = [...story.checks.pages].filter((it) => it.startsWith("/_local/"));
    expect(local.length).toBeGreaterThan(13);
  });
}
