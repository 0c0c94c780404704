import { expect, it } from "vitest";
import { consoleFiles } from "../../../infra/build/console.ts";
import type { Story } from "./shared.ts";

/** The URL path of each page of the built console. */
async function builtPages(): Promise<string[]> {
  const { files } = await consoleFiles();
  const pages = files.map(({ key }) => key).filter((key) => key.endsWith(".html"));
  return pages.map((key) =>
    key === "404.html" ? "/no-such-page" : `/${key.replace(/index\.html$/, "")}`,
  );
}

export function results(story: Story): void {
  it("no page has an axe violation in either theme, and none is wider than a phone", async () => {
    const { checks, ada } = story;
    // The pages that the story has not opened.
    for (const [address, heading] of [
      ["/forgot-password/", "Forgot your password?"],
      ["/reset-password/#token=x", "Set a new password"],
      ["/invitation/#id=x", "Invitation not available"],
      ["/no-such-page", "Page not found"],
    ] as const) {
      await ada.page.goto(address);
      await ada.page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await checks.run(ada.page);
    }
    expect(checks.findings).toEqual([]);
    expect([...checks.pages]).toEqual(expect.arrayContaining(await builtPages()));
  });

  it("no page logged an error, violated the policy or sent a request without a trace", () => {
    expect(story.watched.errors).toEqual([]);
    expect(story.watched.untraced).toEqual([]);
  });
}
