import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import type { Story } from "./shared.ts";

export function projects(story: Story): void {
  it("a project is created, exported and downloaded, and the audit trail shows it", async () => {
    const { page } = story.ada;
    await page.getByLabel("Name", { exact: true }).fill("Apollo");
    await page.getByLabel("Description").fill("To the moon.");
    await page.getByRole("button", { name: "Create project" }).click();
    await page.getByRole("heading", { level: 1, name: "Apollo" }).waitFor();
    story.projectId = new URL(page.url()).searchParams.get("id") ?? "";

    const [request] = await Promise.all([
      page.waitForRequest((it) => it.method() === "POST" && it.url().endsWith("/exports")),
      page.getByRole("button", { name: "Export", exact: true }).click(),
    ]);
    story.traceId = request.headers().traceparent?.split("-")[1] ?? "";
    const link = page.getByRole("link", { name: "Download" });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    story.jobId = path.parse(download.suggestedFilename()).name;
    const file = JSON.parse(await readFile(await download.path(), "utf8"));
    expect(file.project).toMatchObject({ id: story.projectId, name: "Apollo" });
    await page.getByRole("button", { name: "Close" }).click();

    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Apollo 11");
    await page.getByLabel("Attributes").fill("stage live");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Line 1: Enter a name, a colon and a value").waitFor();
    await page.getByLabel("Attributes").fill("stage: live");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByRole("heading", { level: 1, name: "Apollo 11" }).waitFor();
    await story.checks.run(page);

    await page.goto("/audit/");
    await page.locator("summary", { hasText: "Changed" }).filter({ hasText: "Apollo 11" }).click();
    const row = page.getByRole("row", { name: /^name/ });
    expect(await row.locator("del").textContent()).toBe("Apollo");
    expect(await row.locator("ins").textContent()).toBe("Apollo 11");
    await story.checks.run(page);
  });

  it("a job in the list leads to its page and its file", async () => {
    const { page } = story.ada;
    await page.getByRole("link", { name: "Jobs" }).click();
    await page.getByRole("link", { name: /export/i }).waitFor();
    await story.checks.run(page);
    await page.getByRole("link", { name: /export/i }).click();
    await page.getByRole("link", { name: "Download" }).waitFor();
    expect(new URL(page.url()).searchParams.get("id")).toBe(story.jobId);
    await story.checks.run(page);
  });
}
