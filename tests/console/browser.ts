import { existsSync } from "node:fs";
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";

const EXECUTABLE = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

export const hasBrowser = existsSync(EXECUTABLE);

if (!hasBrowser) {
  console.warn(
    `\n  NO BROWSER: the console's story is NOT tested. Missing: ${EXECUTABLE}.\n` +
      "  Install Debian's chromium, or set CHROMIUM_PATH to one.\n",
  );
}

// Keeps Chromium from contacting Google's servers at every start. As root, Chromium has no sandbox.
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });

/** Errors and untraced requests of a browser context, recorded during all tests. */
export type Watched = {
  /** Console errors, which include violations of the content security policy, and exceptions. */
  errors: string[];
  /** Requests to the API or to identity without a trace or a click. */
  untraced: string[];
};

/** A browser context of its own for one user. */
export async function openContext(browser: Browser, baseURL: string, watched: Watched) {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 1280, height: 860 },
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  context.on("weberror", (error) => watched.errors.push(error.error().message));
  context.on("console", (message) => {
    // The page shows a refusal. Every other console error is a defect of the page.
    const isRefusal = message.text().startsWith("Failed to load resource: the server responded");
    if (["error", "warning"].includes(message.type()) && !isRefusal) {
      watched.errors.push(`${message.page()?.url()}: ${message.text()}`);
    }
  });
  context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (!/^\/(v1|api\/auth)\//.test(pathname)) return;
    const { traceparent = "", "x-click": click = "" } = request.headers();
    const isTraced = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(traceparent);
    const isNamed = /^[A-Za-z0-9 ._-]{1,64};t=\d{13}$/.test(click);
    if (!isTraced || !isNamed) watched.untraced.push(`${request.method()} ${pathname} ${click}`);
  });
  return context;
}

/** The link in the newest email to an address. Waits for the email. */
export async function linkInMail(baseURL: string, to: string, subject: RegExp): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(new URL("/_local/mail", baseURL), {
      headers: { accept: "application/json" },
    });
    const inbox = (await answer.json()) as { to: string[]; subject: string; text: string }[];
    const email = inbox.findLast((it) => it.to.includes(to) && subject.test(it.subject));
    const link = email?.text.match(/https?:\/\/\S+/)?.[0];
    if (link) return link;
    await new Promise((wait) => setTimeout(wait, 100));
  }
  throw new Error(`No email to ${to} with a subject like ${subject} after 10 s.`);
}

export type { Browser, BrowserContext, Locator, Page };
