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

/** Somebody with a browser of their own, doing with it what people do. */
export type Person = {
  name: string;
  email: string;
  context: BrowserContext;
  page: Page;
};

/** Signs up, confirms by the link in the mail, and signs in, all of it on the pages. */
export async function arrive(
  browser: Browser,
  baseURL: string,
  watched: Watched,
  name: string,
): Promise<Person> {
  const email = `${name.toLowerCase()}-${randomUUID().slice(0, 8)}@example.test`;
  const context = await openContext(browser, baseURL, watched);
  const page = await context.newPage();

  await page.goto("/sign-up/");
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Work email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();

  await page.goto(await linkInMail(baseURL, email, /Confirm/));
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();

  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, email);
  return { name, email, context, page };
}

export async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "workspace" }).waitFor();
}

/** Presses Tab until the focus is on what has this name, as whoever has no mouse does. */
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
