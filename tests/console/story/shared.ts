import { rmSync } from "node:fs";
import { afterAll, beforeAll } from "vitest";
import { type Copy, startCopy } from "../../e2e/copy.ts";
import { preparedHome } from "../../e2e/prepared.ts";
import { launch } from "../browser.ts";
import { createPageChecks, type PageChecks } from "../page-checks.ts";
import type { Host, TestUser } from "../user.ts";

/** State that the chapters of the story share: a running product, a browser, and what earlier chapters created. */
export type Story = Host & {
  copy: Copy;
  checks: PageChecks;
  ada: TestUser;
  projectId: string;
  /** Of the project's export. */
  jobId: string;
  /** Of the click that started the export. */
  traceId: string;
};

/** Starts the product and the browser before the first test of the file, and stops them after the last. */
export function openStory(): Story {
  const story = {
    watched: { errors: [], untraced: [] },
    checks: createPageChecks(),
  } as unknown as Story; // complete after the first chapter
  let home = "";

  beforeAll(async () => {
    home = await preparedHome("bulkhead-console-");
    [story.copy, story.browser] = await Promise.all([startCopy(home), launch()]);
  });

  afterAll(async () => {
    await story.browser?.close();
    await story.copy?.killGroup().catch(() => {});
    if (home) rmSync(home, { recursive: true, force: true });
  });
  return story;
}
