import { expect, it } from "vitest";
import type { Page } from "../browser.ts";
import type { Story } from "./shared.ts";

/** Project names of the first workspace that a page shows. */
export const leaksOn = async (page: Page): Promise<string[]> =>
  (await page.locator("main").textContent())?.match(/Apollo|Gemini/g) ?? [];

export function workspaces(story: Story): void {
  it("another workspace shows no data of the first, in lists, by URL or in the audit trail", async () => {
    const { page } = story.ada;
    await page.goto("/");
    await page.getByRole("button", { name: /^Workspace/ }).click();
    await page.getByRole("link", { name: "New workspace" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Globex");
    await page.getByRole("button", { name: "Create workspace" }).click();
    await page.getByRole("heading", { level: 1, name: "Globex" }).waitFor();

    for (const [address, heading] of [
      ["/projects/", "No projects yet"],
      ["/jobs/", "No jobs yet"],
      [`/projects/view/?id=${story.projectId}`, "Project not found"],
      [`/jobs/view/?id=${story.jobId}`, "Job not found"],
    ] as const) {
      await page.goto(address);
      await page.getByRole("heading", { name: heading }).waitFor();
      expect(await leaksOn(page), address).toEqual([]);
    }
    await page.goto("/audit/");
    await page.locator("summary").first().waitFor();
    expect(await leaksOn(page)).toEqual([]);
  });

  it("a tab that shows a workspace that is no longer active is blocked", async () => {
    const { page, context } = story.ada;
    const other = await context.newPage();
    await other.goto("/projects/");
    await other.getByRole("heading", { name: "No projects yet" }).waitFor();

    await page.goto("/workspaces/");
    await page.getByRole("button", { name: "Switch to Ada's workspace" }).waitFor();
    await story.checks.run(page);
    await page.getByRole("button", { name: "Switch to Ada's workspace" }).click();
    await page.getByRole("heading", { level: 1, name: "Ada's workspace" }).waitFor();

    const warning = other.getByRole("alertdialog");
    await warning.waitFor();
    expect(await warning.textContent()).toContain("Ada's workspace");
    await other.keyboard.press("Escape");
    expect(await warning.isVisible()).toBe(true);
    await other.close();
  });
}
