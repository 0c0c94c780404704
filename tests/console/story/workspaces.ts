import { expect, it } from "vitest";
import type { Page } from "../browser.ts";
import type { Stage } from "../stage.ts";

/** What a page shows of the first workspace's projects. */
export const leaksOn = async (page: Page): Promise<string[]> =>
  (await page.locator("main").textContent())?.match(/Apollo|Gemini/g) ?? [];

export function workspaces(stage: Stage): void {
  it("in another workspace nothing of the first is seen, by list, by address or by trail", async () => {
    const { page } = stage.ada;
    await page.goto("/");
    await page.getByRole("button", { name: /^Workspace/ }).click();
    await page.getByRole("link", { name: "New workspace" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Globex");
    await page.getByRole("button", { name: "Create workspace" }).click();
    await page.getByRole("heading", { level: 1, name: "Globex" }).waitFor();

    for (const [address, nothing] of [
      ["/projects/", "No projects yet"],
      ["/jobs/", "No jobs yet"],
      [`/projects/view/?id=${stage.projectId}`, "There is no such project here"],
      [`/jobs/view/?id=${stage.jobId}`, "There is no such job here"],
    ] as const) {
      await page.goto(address);
      await page.getByRole("heading", { name: nothing }).waitFor();
      expect(await leaksOn(page), address).toEqual([]);
    }
    await page.goto("/audit/");
    await page.locator("summary").first().waitFor();
    expect(await leaksOn(page)).toEqual([]);
  });

  it("a tab that shows a workspace which is no longer the active one stands still", async () => {
    const { page, context } = stage.ada;
    const other = await context.newPage();
    await other.goto("/projects/");
    await other.getByRole("heading", { name: "No projects yet" }).waitFor();

    await page.goto("/workspaces/");
    await page.getByRole("button", { name: "Switch to Ada's workspace" }).waitFor();
    await stage.looks.at(page);
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
