import { it } from "vitest";
import { arrive } from "../person.ts";
import type { Stage } from "../stage.ts";

export function arrival(stage: Stage): void {
  it("somebody signs up by the link in their mail, and is shown what to do first", async () => {
    stage.ada = await arrive(stage, "Ada", stage.looks.at);
    const { page } = stage.ada;
    await page.getByText("0 of 4 done").waitFor();
    await stage.looks.at(page);
    await page.getByRole("link", { name: "Create a project" }).click();
    await page.getByRole("dialog", { name: "New project" }).waitFor();
  });
}
