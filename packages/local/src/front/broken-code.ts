import { html } from "../html/html.ts";
import { standalonePage } from "../html/page.ts";
import { type FrontRequest, type FrontResponse, json } from "../http/message.ts";

/**
 * The response for a function whose newest code cannot be bundled: a page for a browser, which refreshes
 * itself until the code is fixed, and JSON for any other client. Running the last good code instead would
 * look as if the change had no effect.
 */
export function brokenCode(
  name: string,
  problem: string,
  { method, headers }: Pick<FrontRequest, "method" | "headers">,
): FrontResponse {
  const wantsHtml = headers.get("accept")?.join().includes("text/html");
  if (!wantsHtml) return json(500, { message: `The code of ${name} is broken.`, problem });
  return standalonePage(500, {
    title: `The code of ${name} is broken`,
    body: html`<pre>${problem}</pre><p>Fix the file and save it: this page refreshes by itself.
<a href="/_local/">Open the local cloud's overview</a></p>`,
    live: method === "GET",
  });
}
