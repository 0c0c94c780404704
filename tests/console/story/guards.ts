import { expect, it } from "vitest";
import { openContext, type Watched } from "../browser.ts";
import { createLooks } from "../looks.ts";
import type { Stage } from "../stage.ts";
import { leaksOn } from "./workspaces.ts";

/** A field without a label, text that is lost in the dark, a line wider than a telephone, and a button that only those show. */
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

/** The checks that this story is judged by, fed with what they are there to find. */
export function guards(stage: Stage): void {
  it("a field without a label, lost text and a page that is too wide are found", async () => {
    const page = await stage.ada.context.newPage();
    await page.setContent(BROKEN);
    const looks = createLooks();
    await looks.at(page);
    await page.close();
    expect(looks.findings).toEqual([
      expect.stringMatching(/^light .*: label /),
      expect.stringMatching(/^dark .*: color-contrast /),
      expect.stringContaining("wider than a telephone"),
      expect.stringMatching(/^on a telephone, dark .*: button-name /),
      expect.stringMatching(/^on a telephone, dark .*: color-contrast /),
      expect.stringMatching(/^on a telephone, dark .*: label /),
    ]);
  });

  it("a script in the page is refused and noticed, and so is a request without a trace", async () => {
    const watched: Watched = { complaints: [], untraced: [] };
    const context = await openContext(stage.browser, stage.copy.api, watched);
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
    await expect.poll(() => watched.complaints.join()).toContain("Content Security Policy");
    expect(watched.untraced).toEqual([expect.stringContaining("GET /v1/projects")]);
    await context.close();
  });

  it("a project of another workspace would be noticed on the page", async () => {
    const page = await stage.ada.context.newPage();
    await page.route("**/v1/projects?*", (route) =>
      route.fulfill({ json: { items: [LEAKED], next_cursor: null } }),
    );
    await page.goto("/projects/");
    await page.getByRole("row").nth(1).waitFor();
    expect(await leaksOn(page)).toEqual(["Apollo"]);
    await page.close();
  });
}
