import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { type BrowserContext, linkInMail, openContext, type Page } from "./browser.ts";
import type { Stage } from "./stage.ts";

export const PASSWORD = "correct horse battery";

/** Somebody with a browser of their own, doing with it what people do. */
export type Person = {
  name: string;
  email: string;
  context: BrowserContext;
  page: Page;
};

/**
 * Signs up, confirms by the link in the mail, and signs in, all of it on the pages.
 *
 * @param look is called at each page on the way
 */
export async function arrive(
  { browser, copy, watched }: Stage,
  name: string,
  look: (page: Page) => Promise<void> = async () => {},
): Promise<Person> {
  const email = addressOf(name);
  const context = await openContext(browser, copy.api, watched);
  const page = await context.newPage();

  await page.goto("/sign-up/");
  await page.getByLabel("Your name").fill(name);
  await look(page);
  await page.getByLabel("Work email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();

  await page.goto(await linkInMail(copy.api, email, /Confirm/));
  await page.getByRole("heading", { name: "Confirm your address" }).waitFor();
  await look(page);
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();

  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("Email").waitFor();
  await look(page);
  await signIn(page, email);
  await page.getByRole("heading", { level: 1, name: "workspace" }).waitFor();
  return { name, email, context, page };
}

/** The same without the pages, for whoever comes later. */
export async function appear({ browser, copy, watched }: Stage, name: string): Promise<Person> {
  const email = addressOf(name);
  const context = await openContext(browser, copy.api, watched);
  const ask = async (path: string, data?: Record<string, string>) => {
    const method = data ? "POST" : "GET";
    const headers = { origin: copy.api };
    const answer = await context.request.fetch(path, { method, headers, data });
    expect(answer.status(), path).toBe(200);
  };
  await ask("/api/auth/sign-up/email", { name, email, password: PASSWORD });
  const { hash } = new URL(await linkInMail(copy.api, email, /Confirm/));
  await ask(`/api/auth/verify-email?${hash.slice(1)}`);
  await ask("/api/auth/sign-in/email", { email, password: PASSWORD });
  return { name, email, context, page: await context.newPage() };
}

const addressOf = (name: string) =>
  `${name.toLowerCase()}-${randomUUID().slice(0, 8)}@example.test`;

export async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
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
