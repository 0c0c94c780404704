import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "./browser.ts";

const axeSource = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What depends on the theme. Everything else is the same in both. */
const OF_COLOUR = ["color-contrast", "link-in-text-block"];

type Violation = { id: string; help: string; nodes: { target: string[] }[] };

/** What axe finds wrong with a page, as it is now, as lines to read. */
export async function axe(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(await axeSource);
  // No rule of ours reads the style sheets by itself, which is what axe would preload them for.
  const options = { resultTypes: ["violations"], preload: false, ...(rules && { runOnly: rules }) };
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as {
    violations: Violation[];
  };
  return violations.map(
    ({ id, help, nodes }) =>
      `${pathOf(page)}: ${id} (${help}) ${nodes.map(({ target }) => target).join(" | ")}`,
  );
}

export type Looks = {
  /** What is wrong, as lines to read. */
  findings: string[];
  /** Paths of the pages that were looked at. */
  pages: Set<string>;
  /** Looks at a page as it is now: by axe in both themes and on a telephone, and for whether that is wide enough. */
  at(page: Page): Promise<void>;
};

export function createLooks(): Looks {
  const findings: string[] = [];
  const pages = new Set<string>();
  let themes: ["light" | "dark", "light" | "dark"] = ["light", "dark"];

  return {
    findings,
    pages,
    async at(page) {
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
      themes = [second, first]; // the next page begins as this one ends

      const size = page.viewportSize() ?? { width: 1280, height: 860 };
      await page.setViewportSize({ width: 360, height: 740 });
      const width = await page.evaluate("document.documentElement.scrollWidth");
      if (Number(width) > 360)
        findings.push(`${pathOf(page)} is wider than a telephone: ${width} px`);
      findings.push(...(await axe(page)).map((it) => `on a telephone, ${second} ${it}`));
      await page.setViewportSize(size);
    },
  };
}

const pathOf = (page: Page) => new URL(page.url()).pathname;
