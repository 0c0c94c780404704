import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Copy, startCopy } from "../e2e/copy.ts";
import { preparedHome } from "../e2e/prepared.ts";
import {
  axe,
  type Browser,
  hasBrowser,
  type Locator,
  launch,
  linkInMail,
  openContext,
  type Page,
  type Route,
  type Watched,
} from "./browser.ts";
import { arrive, PASSWORD, type Person, tabTo } from "./person.ts";

/** The pages that ask for something when they open. */
const ASKING = [
  "/",
  "/projects/",
  "/projects/view/?id=x",
  "/jobs/",
  "/jobs/view/?id=x",
  "/audit/",
  "/api-keys/",
  "/members/",
  "/workspaces/",
  "/account/",
  "/invitation/#id=x",
];

// One copy of the product and one browser for the whole file: the tests are one story, told in order.
describe.skipIf(!hasBrowser)("in a real browser", () => {
  let home = "";
  const watched: Watched = { complaints: [], untraced: [] };
  let copy: Copy;
  let browser: Browser;
  let ada: Person;
  const seen = { projectId: "", jobId: "" };

  beforeAll(async () => {
    home = await preparedHome("bulkhead-console-");
    [copy, browser] = await Promise.all([startCopy(home), launch()]);
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await copy?.killGroup().catch(() => {});
    if (home) rmSync(home, { recursive: true, force: true });
  });

  it("somebody signs up by the link in their mail, and is shown what to do first", async () => {
    ada = await arrive(browser, copy.api, watched, "Ada");
    const { page } = ada;
    await page.getByText("0 of 4 done").waitFor();
    await page.getByRole("link", { name: "Create a project" }).click();
    await page.getByRole("dialog", { name: "New project" }).waitFor();
  }, 90_000);

  it("a project is created, exported and downloaded, and the trail tells of it", async () => {
    const { page } = ada;
    await page.getByLabel("Name", { exact: true }).fill("Apollo");
    await page.getByLabel("Description").fill("To the moon.");
    await page.getByRole("button", { name: "Create project" }).click();
    await page.getByRole("heading", { level: 1, name: "Apollo" }).waitFor();
    seen.projectId = new URL(page.url()).searchParams.get("id") ?? "";

    await page.getByRole("button", { name: "Export", exact: true }).click();
    const link = page.getByRole("link", { name: "Download" });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    seen.jobId = path.parse(download.suggestedFilename()).name;
    const file = JSON.parse(await readFile(await download.path(), "utf8"));
    expect(file.project).toMatchObject({ id: seen.projectId, name: "Apollo" });
    await page.getByRole("button", { name: "Close" }).click();

    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Apollo 11");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByRole("heading", { level: 1, name: "Apollo 11" }).waitFor();

    await page.goto("/audit/");
    await page.locator("summary", { hasText: "Changed" }).filter({ hasText: "Apollo 11" }).click();
    const row = page.getByRole("row", { name: /^name/ });
    expect(await row.locator("del").textContent()).toBe("Apollo");
    expect(await row.locator("ins").textContent()).toBe("Apollo 11");
  }, 60_000);

  it("a request that failed is sent again with the same key, and nothing typed is lost", async () => {
    const { page } = ada;
    const keys: (string | undefined)[] = [];
    await page.route("**/v1/projects", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      keys.push(route.request().headers()["idempotency-key"]);
      if (keys.length === 1) await route.fetch(); // it was done, but the answer is lost
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
  }, 60_000);

  it("a search finds by the beginning of a name, and by words", async () => {
    const { page } = ada;
    await page.getByLabel("Search projects").fill("gem");
    await page.getByRole("link", { name: "Apollo 11" }).waitFor({ state: "detached" });
    expect(await page.getByRole("link", { name: "Gemini" }).count()).toBe(1);
    await page.getByText("Contains the words").click();
    await page.getByLabel("Search projects").fill("moon");
    await page.getByRole("link", { name: "Apollo 11" }).waitFor();
    await page.getByLabel("Search projects").fill("mars");
    await page.getByRole("heading", { name: "No project is like that" }).waitFor();
  }, 60_000);

  it("without a network it says so, keeps what was typed, and goes on when it is back", async () => {
    const { page, context } = ada;
    await page.goto("/projects/?new");
    await page.getByLabel("Name", { exact: true }).fill("Mercury");
    await context.setOffline(true);
    await page.getByRole("button", { name: "Create project" }).click();
    await page.getByRole("alert").getByText("You are offline").waitFor();
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Mercury");
    await context.setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { level: 1, name: "Mercury" }).waitFor();
    // The browser's own note that it was off line is no defect of the page.
    watched.complaints = watched.complaints.filter(
      (it) => !it.includes("ERR_INTERNET_DISCONNECTED"),
    );
  }, 60_000);

  it("a project is deleted only after a second word", async () => {
    const { page } = ada;
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete project" }).click();
    await page.getByText("Mercury is deleted.").waitFor();
    expect(await page.getByRole("link", { name: "Mercury" }).count()).toBe(0);
  }, 60_000);

  it("in another workspace nothing of the first is seen, by list, by address or by trail", async () => {
    const { page } = ada;
    await page.goto("/");
    await page.getByRole("button", { name: /^Workspace/ }).click();
    await page.getByRole("link", { name: "New workspace" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Globex");
    await page.getByRole("button", { name: "Create workspace" }).click();
    await page.getByRole("heading", { level: 1, name: "Globex" }).waitFor();

    for (const [address, nothing] of [
      ["/projects/", "No projects yet"],
      ["/jobs/", "No jobs yet"],
      [`/projects/view/?id=${seen.projectId}`, "There is no such project here"],
      [`/jobs/view/?id=${seen.jobId}`, "There is no such job here"],
    ] as const) {
      await page.goto(address);
      await page.getByRole("heading", { name: nothing }).waitFor();
      expect(await page.locator("main").textContent(), address).not.toMatch(/Apollo|Gemini/);
    }
    await page.goto("/audit/");
    await page.locator("summary").first().waitFor();
    expect(await page.locator("main").textContent()).not.toMatch(/Apollo|Gemini/);
  }, 60_000);

  it("a tab that shows a workspace which is no longer the active one stands still", async () => {
    const { page, context } = ada;
    const other = await context.newPage();
    await other.goto("/projects/");
    await other.getByRole("heading", { name: "No projects yet" }).waitFor();

    await page.goto("/workspaces/");
    await page.getByRole("button", { name: "Switch to Ada's workspace" }).click();
    await page.getByRole("heading", { level: 1, name: "Ada's workspace" }).waitFor();

    const warning = other.getByRole("alertdialog");
    await warning.waitFor();
    expect(await warning.textContent()).toContain("Ada's workspace");
    await other.keyboard.press("Escape");
    expect(await warning.isVisible()).toBe(true);
    await other.close();
  }, 60_000);

  it("a key is shown once, and opens nothing once it is revoked", async () => {
    const { page } = ada;
    await page.goto("/api-keys/?new");
    await page.getByLabel("Name", { exact: true }).fill("Nightly import");
    await page.getByRole("button", { name: "Create key" }).click();
    const secret = (await page.locator(".secret").textContent())?.trim() ?? "";
    const ask = async () =>
      (
        await fetch(new URL("/v1/projects", copy.api), {
          headers: { authorization: `Bearer ${secret}` },
        })
      ).status;
    expect(await ask()).toBe(200);
    await page.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("rowheader", { name: /Nightly import/ }).waitFor();
    expect(await page.content()).not.toContain(secret);

    await page.getByRole("button", { name: "Revoke Nightly import" }).click();
    await page.getByRole("button", { name: "Revoke key" }).click();
    await page.getByText("Revoked", { exact: true }).waitFor();
    expect(await ask()).toBe(401);
  }, 60_000);

  it("an invitation is accepted by a click on the page it leads to, and opens no more than its role", async () => {
    const { page } = ada;
    const bob = await arrive(browser, copy.api, watched, "Bob");
    await page.goto("/members/?new");
    await page.getByLabel("Email").fill(bob.email);
    await page.getByRole("button", { name: "Send invitation" }).click();
    await page.getByRole("rowheader", { name: bob.email }).waitFor();

    await bob.page.goto(await linkInMail(copy.api, bob.email, /invited/));
    await bob.page.getByRole("button", { name: "Join Ada's workspace" }).click();
    await bob.page.getByRole("heading", { level: 1, name: "Ada's workspace" }).waitFor();
    await bob.page.getByRole("link", { name: "Projects", exact: true }).first().click();
    await bob.page.getByRole("link", { name: "Apollo 11" }).waitFor();
    await bob.page.goto("/audit/");
    await bob.page.getByRole("heading", { name: "Only owners and admins see this" }).waitFor();

    await page.reload();
    await page.getByLabel("Role of Bob").selectOption("admin");
    await page.getByText("Bob is admin now.").waitFor();
    await page.getByRole("button", { name: "Remove Bob" }).click();
    await page.getByRole("button", { name: "Remove member" }).click();
    await page.getByText("Removed.").waitFor();
    await bob.page.goto("/");
    await bob.page.getByRole("heading", { level: 1, name: "Bob's workspace" }).waitFor();
    await bob.context.close();
  }, 90_000);

  it("everything can be done without a mouse, from the sign-in to a new project", async () => {
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
  }, 60_000);

  it("axe finds nothing while answers are on their way, nor when there are none", async () => {
    const context = await openContext(browser, copy.api, watched);
    const page = await context.newPage();
    const findings: string[] = [];
    const look = async (answers: (route: Route) => unknown, settled: (page: Page) => Locator) => {
      await page.route(/\/(v1|api\/auth)\//, answers);
      for (const address of ASKING) {
        await page.goto(address);
        await settled(page).first().waitFor();
        findings.push(...(await axe(page)));
      }
      await page.unrouteAll();
    };
    await look(
      () => {}, // held back for good
      (page) => page.locator("#page .skeleton, #page h1"),
    );
    await look(
      (route) => route.fulfill({ status: 503, body: "down" }),
      (page) => page.getByRole("alert"),
    );
    await context.close();
    expect(findings).toEqual([]);
  }, 120_000);

  it("axe finds nothing on any page, in neither theme, and none is wider than a telephone", async () => {
    const { page } = ada;
    const findings: string[] = [];
    const look = async (address: string, settled: RegExp) => {
      await page.goto("about:blank"); // a changed fragment alone would load nothing
      await page.goto(address);
      await page.getByRole("heading", { level: 1, name: settled }).waitFor();
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        findings.push(...(await axe(page)).map((finding) => `${colorScheme} ${finding}`));
      }
      await page.setViewportSize({ width: 360, height: 740 });
      const isWide = await page.evaluate("document.documentElement.scrollWidth > 360");
      if (isWide) findings.push(`${address} is wider than 360 px`);
      await page.setViewportSize({ width: 1280, height: 860 });
    };

    await look("/", /workspace/);
    await look("/projects/", /Projects/);
    await look(`/projects/view/?id=${seen.projectId}`, /Apollo 11/);
    await look("/jobs/", /Jobs/);
    await look(`/jobs/view/?id=${seen.jobId}`, /export/);
    await look("/audit/", /Audit/);
    await look("/api-keys/", /API keys/);
    await look("/members/", /Members/);
    await look("/workspaces/", /Workspaces/);
    await look("/account/", /Account/);
    await look("/sign-in/", /Sign in/);
    await look("/sign-up/", /Create/);
    await look("/verify-email/#token=x", /Confirm/);
    await look("/forgot-password/", /Forgotten/);
    await look("/reset-password/#token=x", /Choose/);
    await look("/invitation/#id=x", /invitation/);
    await look("/no-such-page", /nothing/);

    await page.goto("/projects/?new");
    await page.getByRole("dialog").waitFor();
    findings.push(...(await axe(page)));
    await page.getByRole("button", { name: "Create project" }).click();
    await page.locator(".error").first().waitFor();
    findings.push(...(await axe(page)));
    expect(findings).toEqual([]);
  }, 240_000);

  it("whoever signs out is asked to sign in, and is led back to where they were", async () => {
    const { page } = ada;
    await page.goto("/account/");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto("/jobs/");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("Email").fill(ada.email);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
  }, 60_000);

  it("all the while no page complained, broke the policy, or asked for anything without a trace", () => {
    expect(watched.complaints).toEqual([]);
    expect(watched.untraced).toEqual([]);
  });
});
