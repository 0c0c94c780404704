import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import {
  type Browser,
  type BrowserContext,
  linkInMail,
  openContext,
  type Page,
  type Watched,
} from "./browser.ts";

export const PASSWORD = "correct horse battery";

/** The running product, and the browser to use it with. */
export type Host = { copy: { api: string }; browser: Browser; watched: Watched };

/** A user with a browser context of their own. */
export type TestUser = {
  name: string;
  email: string;
  context: BrowserContext;
  page: Page;
};

/**
 * Signs up, confirms the address by the emailed link, and signs in, all of it on the pages.
 *
 * @param check is called on each page on the way
 */
export async function signUpInBrowser(
  { browser, copy, watched }: Host,
  name: string,
  check: (page: Page) => Promise<void> = async () => {},
): Promise<TestUser> {
  const email = addressOf(name);
  const context = await openContext(browser, copy.api, watched);
  const page = await context.newPage();

  await page.goto("/sign-up/");
  await page.getByLabel("Your name").fill(name);
  await check(page);
  await page.getByLabel("Work email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Check your email" }).waitFor();

  await page.goto(await linkInMail(copy.api, email, /Confirm/));
  await page.getByRole("heading", { name: "Confirm your email address" }).waitFor();
  await check(page);
  await page.getByRole("button", { name: "Confirm address" }).click();
  await page.getByRole("heading", { name: "Email address confirmed" }).waitFor();

  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("Email").waitFor();
  await check(page);
  await signIn(page, email);
  await page.getByRole("heading", { level: 1, name: "workspace" }).waitFor();
  return { name, email, context, page };
}

/** Signs up, confirms and signs in by requests, without the pages. */
export async function signUpByRequest(
  { browser, copy, watched }: Host,
  name: string,
): Promise<TestUser> {
  const email = addressOf(name);
  const context = await openContext(browser, copy.api, watched);
  const request = async (path: string, data?: Record<string, string>) => {
    const method = data ? "POST" : "GET";
    const headers = { origin: copy.api };
    const answer = await context.request.fetch(path, { method, headers, data });
    expect(answer.status(), path).toBe(200);
  };
  await request("/api/auth/sign-up/email", { name, email, password: PASSWORD });
  const { hash } = new URL(await linkInMail(copy.api, email, /Confirm/));
  await request(`/api/auth/verify-email?${hash.slice(1)}`);
  await request("/api/auth/sign-in/email", { email, password: PASSWORD });
  return { name, email, context, page: await context.newPage() };
}

const addressOf = (name: string) =>
  `${name.toLowerCase()}-${randomUUID().slice(0, 8)}@example.test`;

export async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Presses Tab until the element with this name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const focused = () =>
    page.evaluate<string>(
      `(() => { const it = document.activeElement; return it?.labels?.[0]?.textContent || it?.getAttribute("aria-label") || it?.textContent || ""; })()`,
    );
  const passed: string[] = [];
  for (let press = 0; press < 60; press++) {
    const label = (await focused()).trim();
    if (label === name) return;
    passed.push(label.slice(0, 30));
    await page.keyboard.press("Tab");
  }
  expect.unreachable(`Tab does not reach "${name}", only ${passed.join(", ")}`);
}
