import { it } from "vitest";
import { signUpInBrowser } from "../user.ts";
import type { Story } from "./shared.ts";

export function signUp(story: Story): void {
  it("a user signs up by the emailed link and sees the first steps", async () => {
    story.ada = await signUpInBrowser(story, "Ada", story.checks.run);
    const { page } = story.ada;
    await page.getByText("0 of 4 done").waitFor();
    await story.checks.run(page);
    await page.getByRole("link", { name: "Create a project" }).click();
    await page.getByRole("dialog", { name: "New project" }).waitFor();
  });
}
