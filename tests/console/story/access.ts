import { expect, it } from "vitest";
import { linkInMail } from "../browser.ts";
import { appear, signIn } from "../person.ts";
import type { Stage } from "../stage.ts";

export function access(stage: Stage): void {
  it("a key is shown once, and opens nothing once it is revoked", async () => {
    const { page } = stage.ada;
    await page.goto("/api-keys/?new");
    await page.getByLabel("Name", { exact: true }).fill("Nightly import");
    await page.getByRole("button", { name: "Create key" }).click();
    const secret = (await page.locator(".secret").textContent())?.trim() ?? "";
    const ask = async () =>
      (
        await fetch(new URL("/v1/projects", stage.copy.api), {
          headers: { authorization: `Bearer ${secret}` },
        })
      ).status;
    expect(await ask()).toBe(200);
    await page.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("rowheader", { name: /Nightly import/ }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await stage.looks.at(page);

    await page.getByRole("button", { name: "Revoke Nightly import" }).click();
    await page.getByRole("button", { name: "Revoke key" }).click();
    await page.getByText("Revoked", { exact: true }).waitFor();
    expect(await ask()).toBe(401);
  });

  it("an invitation is accepted by a click on the page it leads to, and opens no more than its role", async () => {
    const { page } = stage.ada;
    const bob = await appear(stage, "Bob");
    await page.goto("/members/?new");
    await page.getByLabel("Email").fill(bob.email);
    await page.getByRole("button", { name: "Send invitation" }).click();
    await page.getByRole("rowheader", { name: bob.email }).waitFor();

    await bob.page.goto(await linkInMail(stage.copy.api, bob.email, /invited/));
    await bob.page.getByRole("button", { name: "Join Ada's workspace" }).waitFor();
    await stage.looks.at(bob.page);
    await bob.page.getByRole("button", { name: "Join Ada's workspace" }).click();
    await bob.page.getByRole("heading", { level: 1, name: "Ada's workspace" }).waitFor();
    await bob.page.getByRole("link", { name: "Projects", exact: true }).first().click();
    await bob.page.getByRole("link", { name: "Apollo 11" }).waitFor();
    await bob.page.goto("/audit/");
    await bob.page.getByRole("heading", { name: "Only owners and admins see this" }).waitFor();

    await page.reload();
    await page.getByLabel("Role of Bob").waitFor();
    await stage.looks.at(page);
    await page.getByLabel("Role of Bob").selectOption("admin");
    await page.getByText("Bob is admin now.").waitFor();
    await page.getByRole("button", { name: "Remove Bob" }).click();
    await page.getByRole("button", { name: "Remove member" }).click();
    await page.getByText("Removed.").waitFor();
    await bob.page.goto("/");
    await bob.page.getByRole("heading", { level: 1, name: "Bob's workspace" }).waitFor();
    await bob.context.close();
  });

  it("whoever signs out is asked to sign in, and is led back to where they were", async () => {
    const { page, email } = stage.ada;
    await page.goto("/account/");
    await page.getByText("This one").waitFor();
    await stage.looks.at(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto("/jobs/");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(page, email);
    await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
  });
}
