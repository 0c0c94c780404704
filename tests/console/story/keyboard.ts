import { expect, it } from "vitest";
import { openContext } from "../browser.ts";
import { PASSWORD, tabTo } from "../user.ts";
import type { Story } from "./shared.ts";

export function keyboard(story: Story): void {
  it("a user can sign in and create a project with the keyboard alone", async () => {
    const { browser, copy, watched, ada } = story;
    const context = await openContext(browser, copy.api, watched);
    const page = await context.newPage();
    await page.goto("/sign-in/");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await tabTo(page, "Email");
    await page.keyboard.type(ada.email);
    await tabTo(page, "Password");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Ada's workspace" }).waitFor();

    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").textContent()).toBe("Skip to content");
    await tabTo(page, "Projects");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
    await tabTo(page, "New project");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "New project" }).waitFor();
    await page.keyboard.type("Voyager");
    await tabTo(page, "Create project");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Voyager" }).waitFor();
    await context.close();
  });
}
