import { expect, it } from "vitest";
import type { Story } from "./shared.ts";

export function failures(story: Story): void {
  it("a failed request is retried with the same Idempotency-Key, and the form keeps its input", async () => {
    const { page } = story.ada;
    const keys: (string | undefined)[] = [];
    await page.route("**/v1/projects", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      keys.push(route.request().headers()["idempotency-key"]);
      if (keys.length === 1) await route.fetch(); // executed, but the answer is lost
      if (keys.length > 2) return route.continue();
      return route.fulfill({
        status: 503,
        headers: { "retry-after": "1", "content-type": "application/problem+json" },
        body: JSON.stringify({
          code: "service.unavailable",
          detail: "Busy.",
          request_id: "quote-me",
        }),
      });
    });
    await page.goto("/projects/?new");
    await page.getByRole("dialog").waitFor();
    await page.getByRole("button", { name: "Create project" }).click();
    await page.locator(".error").first().waitFor();
    await story.checks.run(page);
    await page.getByLabel("Name", { exact: true }).fill("Gemini");
    await page.getByRole("button", { name: "Create project" }).click();
    await page.getByText("quote-me").waitFor();
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Gemini");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => keys.length).toBe(2);
    await page.getByText("quote-me").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { level: 1, name: "Gemini" }).waitFor();
    await page.unroute("**/v1/projects");

    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    await page.goto("/projects/");
    await page.getByRole("link", { name: "Apollo 11" }).waitFor();
    expect(await page.getByRole("link", { name: "Gemini" }).count()).toBe(1);
    await story.checks.run(page);
  });

  it("a search matches the start of a name, words, and an attribute", async () => {
    const { page } = story.ada;
    await page.getByLabel("Search projects").fill("gem");
    await page.getByRole("link", { name: "Apollo 11" }).waitFor({ state: "detached" });
    expect(await page.getByRole("link", { name: "Gemini" }).count()).toBe(1);
    await page.getByText("Contains the words").click();
    await page.getByLabel("Search projects").fill("moon");
    await page.getByRole("link", { name: "Apollo 11" }).waitFor();
    await page.getByLabel("Search projects").fill("mars");
    await page.getByRole("heading", { name: "No matching projects" }).waitFor();
    await page.getByText("Has the attribute").click();
    await page.getByRole("link", { name: "Gemini" }).waitFor(); // "mars" is not an attribute, so all projects are shown
    await page.getByLabel("Search projects").fill("stage: live");
    await page.getByRole("link", { name: "Gemini" }).waitFor({ state: "detached" });
    expect(await page.getByRole("link", { name: "Apollo 11" }).count()).toBe(1);
  });

  it("offline, a form shows the problem and keeps its input until it is retried online", async () => {
    const { page, context } = story.ada;
    await page.goto("/projects/?new");
    await page.getByLabel("Name", { exact: true }).fill("Mercury");
    await context.setOffline(true);
    await page.getByRole("button", { name: "Create project" }).click();
    await page.getByRole("alert").getByText("You are offline").waitFor();
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Mercury");
    await context.setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { level: 1, name: "Mercury" }).waitFor();
    // The browser's own error for being offline is not a defect of the page.
    const { watched } = story;
    watched.errors = watched.errors.filter((it) => !it.includes("ERR_INTERNET_DISCONNECTED"));
  });

  it("a project is deleted only after a confirmation", async () => {
    const { page } = story.ada;
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete project" }).click();
    await page.getByText("Project Mercury deleted.").waitFor();
    expect(await page.getByRole("link", { name: "Mercury" }).count()).toBe(0);
  });
}
