import { expect, it } from "vitest";
import { openContext, type Watched } from "../browser.ts";
import { createPageChecks } from "../page-checks.ts";
import type { Story } from "./shared.ts";
import { leaksOn } from "./workspaces.ts";

/** A field without a label, text without contrast in the dark theme, a line wider than a phone, and a button at phone width without a name. */
const BROKEN = `<!doctype html><html lang="en"><title>Broken</title><style>
  :root { color-scheme: light dark }
  body { background: light-dark(white, #111); color: #222 }
  pre { inline-size: 40rem }
  @media (width > 30rem) { button { display: none } }
</style><main><h1>Broken</h1><input><pre>wide</pre><button></button></main></html>`;

const LEAKED = {
  id: "00000000-0000-4000-8000-000000000000",
  name: "Apollo 11",
  description: "",
  attributes: {},
  created_by: "user:00000000-0000-4000-8000-000000000001",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

/** The checks of this story, run on pages that must fail them. */
export function selfTests(story: Story): void {
  it("the checks find a missing label, missing contrast and a page that is too wide", async () => {
    const page = await story.ada.context.newPage();
    await page.setContent(BROKEN);
    const checks = createPageChecks();
    await checks.run(page);
    await page.close();
    expect(checks.findings).toEqual([
      expect.stringMatching(/^light .*: label /),
      expect.stringMatching(/^dark .*: color-contrast /),
      expect.stringContaining("wider than a phone"),
      expect.stringMatching(/^on a phone, dark .*: button-name /),
      expect.stringMatching(/^on a phone, dark .*: color-contrast /),
      expect.stringMatching(/^on a phone, dark .*: label /),
    ]);
  });

  it("the checks report an inline script, which the policy blocks, and a request without a trace", async () => {
    const watched: Watched = { errors: [], untraced: [] };
    const context = await openContext(story.browser, story.copy.api, watched);
    const page = await context.newPage();
    const answer = await page.goto("/sign-in/");
    expect(answer?.headers()["content-security-policy"]).not.toContain("unsafe");
    await page.evaluate(`(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.ran = true";
      document.body.append(script);
      return fetch("/v1/projects");
    })()`);
    expect(await page.evaluate("globalThis.ran")).toBeUndefined();
    await expect.poll(() => watched.errors.join()).toContain("Content Security Policy");
    expect(watched.untraced).toEqual([expect.stringContaining("GET /v1/projects")]);
    await context.close();
  });

  it("the checks find a project of another workspace on a page", async () => {
    const page = await story.ada.context.newPage();
    await page.route("**/v1/projects?*", (route) =>
      route.fulfill({ json: { items: [LEAKED], next_cursor: null } }),
    );
    await page.goto("/projects/");
    await page.getByRole("row").nth(1).waitFor();
    expect(await leaksOn(page)).toEqual(["Apollo"]);
    await page.close();
  });
}
