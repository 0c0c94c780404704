import { expect, it } from "vitest";
import { consoleFiles } from "../../../infra/build/console.ts";
import type { Stage } from "../stage.ts";

/** Where each page of the built console is found. */
async function builtPages(): Promise<string[]> {
  const { files } = await consoleFiles();
  const pages = files.map(({ key }) => key).filter((key) => key.endsWith(".html"));
  return pages.map((key) =>
    key === "404.html" ? "/no-such-page" : `/${key.replace(/index\.html$/, "")}`,
  );
}

export function verdict(stage: Stage): void {
  it("axe finds nothing on any page, in neither theme, and none is wider than a telephone", async () => {
    const { looks, ada } = stage;
    // Those that nobody happened upon.
    for (const [address, heading] of [
      ["/forgot-password/", "Forgotten"],
      ["/reset-password/#token=x", "Choose"],
      ["/invitation/#id=x", "This invitation"],
      ["/no-such-page", "nothing"],
    ] as const) {
      await ada.page.goto(address);
      await ada.page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await looks.at(ada.page);
    }
    expect(looks.findings).toEqual([]);
    expect([...looks.pages]).toEqual(expect.arrayContaining(await builtPages()));
  });

  it("all the while no page complained, broke the policy, or asked for anything without a trace", () => {
    expect(stage.watched.complaints).toEqual([]);
    expect(stage.watched.untraced).toEqual([]);
  });
}
