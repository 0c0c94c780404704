import { shownAlone } from "../pages/answer.ts";
import { html } from "../pages/html.ts";
import { type FrontRequest, type FrontResponse, json } from "./message.ts";

/**
 * What answers for a function whose newest code can't run: to a person a page, which shows itself anew
 * and so ends when the code is mended, to a program JSON. The last good code would answer as if
 * nothing had been changed.
 */
export function brokenCode(
  name: string,
  problem: string,
  { method, headers }: Pick<FrontRequest, "method" | "headers">,
): FrontResponse {
  const wantsHtml = headers.get("accept")?.join().includes("text/html");
  if (!wantsHtml) return json(500, { message: `The code of ${name} is broken.`, problem });
  return shownAlone(500, {
    title: `The code of ${name} is broken`,
    body: html`<pre>${problem}</pre><p>Save a file that mends it: this page goes on by itself.
<a href="/_local/">What else the local cloud knows</a></p>`,
    live: method === "GET",
  });
}
