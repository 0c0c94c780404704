import { expect, it } from "vitest";
import { linkInMail } from "../browser.ts";
import { signIn, signUpByRequest } from "../user.ts";
import type { Story } from "./shared.ts";

export function access(story: Story): void {
  it("an API key is shown once, and is refused after it is revoked", async () => {
    const { page } = story.ada;
    await page.goto("/api-keys/?new");
    await page.getByLabel("Name", { exact: true }).fill("Nightly import");
    await page.getByRole("button", { name: "Create key" }).click();
    const secret = (await page.locator(".secret").textContent())?.trim() ?? "";
    const ask = async () =>
      (
        await fetch(new URL("/v1/projects", story.copy.api), {
          headers: { authorization: `Bearer ${secret}` },
        })
      ).status;
    expect(await ask()).toBe(200);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("rowheader", { name: /Nightly import/ }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await story.checks.run(page);

    await page.getByRole("button", { name: "Revoke Nightly import" }).click();
    await page.getByRole("button", { name: "Revoke key" }).click();
    await page.getByText("API key revoked.").waitFor();
    await page.getByText("Revoked", { exact: true }).waitFor();
    expect(await ask()).toBe(401);
  });

  it("an invitation is accepted on its page, and grants no more than its role", async () => {
    const { page } = story.ada;
    const bob = await signUpByRequest(story, "Bob");
    await page.goto("/members/?new");
    await page.getByLabel("Email").fill(bob.email);
    await page.getByRole("button", { name: "Send invitation" }).click();
    await page.getByRole("rowheader", { name: bob.email }).waitFor();

    await bob.page.goto(await linkInMail(story.copy.api, bob.email, /invited/));
    await bob.page.getByRole("button", { name: "Join Ada's workspace" }).waitFor();
    await story.checks.run(bob.page);
    await bob.page.getByRole("button", { name: "Join Ada's workspace" }).click();
    await bob.page.getByRole("heading", { level: 1, name: "Ada's workspace" }).waitFor();
    await bob.page.getByRole("link", { name: "Projects", exact: true }).first().click();
    await bob.page.getByRole("link", { name: "Apollo 11" }).waitFor();
    await bob.page.goto("/audit/");
    await bob.page.getByRole("heading", { name: "Only for owners and admins" }).waitFor();

    await page.reload();
    await page.getByLabel("Role of Bob").waitFor();
    await story.checks.run(page);
    await page.getByLabel("Role of Bob").selectOption("admin");
    await page.getByText("Role of Bob changed to admin.").waitFor();
    await page.getByRole("button", { name: "Remove Bob" }).click();
    await page.getByRole("button", { name: "Remove member" }).click();
    await page.getByText("Member removed.").waitFor();
    await bob.page.goto("/");
    await bob.page.getByRole("heading", { level: 1, name: "Bob's workspace" }).waitFor();
    await bob.context.close();
  });

  it("after a sign-out, a page asks to sign in and opens again afterwards", async () => {
    const { page, email } = story.ada;
    await page.goto("/account/");
    await page.getByText("This session").waitFor();
    await story.checks.run(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto("/jobs/");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(page, email);
    await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
  });
}
