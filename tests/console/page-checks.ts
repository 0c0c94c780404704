import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "./browser.ts";

const axeSource = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The rules that depend on the theme. */
const OF_COLOUR = ["color-contrast", "link-in-text-block"];

type Violation = { id: string; help: string; nodes: { target: string[] }[] };

/** Violations that axe finds on a page in its current state, one per line. */
export async function axe(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(await axeSource);
  // axe preloads style sheets for rules that read them. None of the used rules does.
  const options = { resultTypes: ["violations"], preload: false, ...(rules && { runOnly: rules }) };
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as {
    violations: Violation[];
  };
  return violations.map(
    ({ id, help, nodes }) =>
      `${pathOf(page)}: ${id} (${help}) ${nodes.map(({ target }) => target).join(" | ")}`,
  );
}

export type PageChecks = {
  /** Violations, one per line. */
  findings: string[];
  /** Paths of the checked pages. */
  pages: Set<string>;
  /** Checks the page in its current state: with axe in both themes and at phone width, and for its width there. */
  run(page: Page): Promise<void>;
};

export function createPageChecks(): PageChecks {
  const findings: string[] = [];
  const pages = new Set<string>();
  let themes: ["light" | "dark", "light" | "dark"] = ["light", "dark"];

  return {
    findings,
    pages,
    async run(page) {
      pages.add(pathOf(page));
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      const [first, second] = themes;
      await page.emulateMedia({ colorScheme: first });
      const all = await axe(page);
      await page.emulateMedia({ colorScheme: second });
      const ofColour = await axe(page, OF_COLOUR);
      findings.push(
        ...all.map((it) => `${first} ${it}`),
        ...ofColour.map((it) => `${second} ${it}`),
      );
      themes = [second, first]; // the next check starts in the current theme

      const size = page.viewportSize() ?? { width: 1280, height: 860 };
      await page.setViewportSize({ width: 360, height: 740 });
      const width = await page.evaluate("document.documentElement.scrollWidth");
      if (Number(width) > 360) findings.push(`${pathOf(page)} is wider than a phone: ${width} px`);
      findings.push(...(await axe(page)).map((it) => `on a phone, ${second} ${it}`));
      await page.setViewportSize(size);
    },
  };
}

const pathOf = (page: Page) => new URL(page.url()).pathname;
