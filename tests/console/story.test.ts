import { describe } from "vitest";
import { hasBrowser } from "./browser.ts";
import { openStage } from "./stage.ts";
import { access } from "./story/access.ts";
import { arrival } from "./story/arrival.ts";
import { guards } from "./story/guards.ts";
import { keyboard } from "./story/keyboard.ts";
import { loading } from "./story/loading.ts";
import { localPages } from "./story/local-pages.ts";
import { projects } from "./story/projects.ts";
import { trouble } from "./story/trouble.ts";
import { verdict } from "./story/verdict.ts";
import { workspaces } from "./story/workspaces.ts";

// One copy of the product and one browser for the whole file: the tests are one story, told in order.
// Each page is looked at on the way, where it has something to show: to open all of them once more for
// that would take as long as the story.
describe.skipIf(!hasBrowser)("in a real browser", () => {
  const stage = openStage();
  for (const chapter of [
    arrival,
    projects,
    localPages,
    trouble,
    workspaces,
    access,
    keyboard,
    loading,
    guards,
    verdict,
  ]) {
    chapter(stage);
  }
});
