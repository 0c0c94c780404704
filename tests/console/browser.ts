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
    `\n  NO BROWSER: the console's story is NOT tested. There is no ${EXECUTABLE}.\n` +
      "  Install Debian's chromium, or say where one is with CHROMIUM_PATH.\n",
  );
}

// Chromium looks for its maker's servers at every start, and as root it has no sandbox.
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

/** What went wrong in a browser without anybody looking, and what it asked of the product. */
export type Watched = {
  /** Errors on the console, violations of the policy among them, and exceptions. */
  complaints: string[];
  /** Requests to the API and to identity that carry no trace or no click. */
  untraced: string[];
};

/** A browser of its own for one person. */
export async function openContext(browser: Browser, baseURL: string, watched: Watched) {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 1280, height: 860 },
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  context.on("weberror", (error) => watched.complaints.push(error.error().message));
  context.on("console", (message) => {
    // A refusal is an answer, which the page shows. Everything else here is a defect of the page.
    const isAnswer = message.text().startsWith("Failed to load resource: the server responded");
    if (["error", "warning"].includes(message.type()) && !isAnswer) {
      watched.complaints.push(`${message.page()?.url()}: ${message.text()}`);
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

/** The address in the newest letter to somebody, waiting for the letter. */
export async function linkInMail(baseURL: string, to: string, subject: RegExp): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(new URL("/_local/mail", baseURL), {
      headers: { accept: "application/json" },
    });
    const inbox = (await answer.json()) as { to: string[]; subject: string; text: string }[];
    const letter = inbox.findLast((it) => it.to.includes(to) && subject.test(it.subject));
    const link = letter?.text.match(/https?:\/\/\S+/)?.[0];
    if (link) return link;
    await new Promise((wait) => setTimeout(wait, 100));
  }
  throw new Error(`No letter about ${subject} reached ${to}.`);
}

export type { Browser, BrowserContext, Locator, Page };
