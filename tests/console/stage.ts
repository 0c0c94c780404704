import { rmSync } from "node:fs";
import { afterAll, beforeAll } from "vitest";
import { type Copy, startCopy } from "../e2e/copy.ts";
import { preparedHome } from "../e2e/prepared.ts";
import { type Browser, launch, type Watched } from "./browser.ts";
import { createLooks, type Looks } from "./looks.ts";
import type { Person } from "./person.ts";

/** What the chapters of the story share: one copy of the product, one browser, and what has happened. */
export type Stage = {
  copy: Copy;
  browser: Browser;
  watched: Watched;
  looks: Looks;
  ada: Person;
  projectId: string;
  /** Of the project's export. */
  jobId: string;
  /** Of the click that started the export. */
  traceId: string;
};

/** Opens before the first test of the file, and closes after the last. */
export function openStage(): Stage {
  const stage = {
    watched: { complaints: [], untraced: [] },
    looks: createLooks(),
  } as unknown as Stage; // whole once the first chapter is over
  let home = "";

  beforeAll(async () => {
    home = await preparedHome("bulkhead-console-");
    [stage.copy, stage.browser] = await Promise.all([startCopy(home), launch()]);
  });

  afterAll(async () => {
    await stage.browser?.close();
    await stage.copy?.killGroup().catch(() => {});
    if (home) rmSync(home, { recursive: true, force: true });
  });
  return stage;
}
