import { describe } from "vitest";
import { hasBrowser } from "./browser.ts";
import { access } from "./story/access.ts";
import { failures } from "./story/failures.ts";
import { keyboard } from "./story/keyboard.ts";
import { loading } from "./story/loading.ts";
import { localPages } from "./story/local-pages.ts";
import { projects } from "./story/projects.ts";
import { results } from "./story/results.ts";
import { selfTests } from "./story/self-tests.ts";
import { openStory } from "./story/shared.ts";
import { signUp } from "./story/sign-up.ts";
import { workspaces } from "./story/workspaces.ts";

// The tests depend on each other, in this order, and share one running product and one browser. Each page
// is checked on the way, where it has data: to open all pages again would take as long as the story.
describe.skipIf(!hasBrowser)("in a real browser", () => {
  const story = openStory();
  for (const chapter of [
    signUp,
    projects,
    localPages,
    failures,
    workspaces,
    access,
    keyboard,
    loading,
    selfTests,
    results,
  ]) {
    chapter(story);
  }
});
