import { createSignal } from "solid-js";
import { loadMe, type Me } from "../api/session.ts";
import { startPageLoad } from "../lib/click.ts";
import { createLatest } from "../lib/latest.ts";
import { asProblem, type Problem } from "../lib/problem.ts";
import { signInHref } from "../lib/sign-in-href.ts";

const [me, setMe] = createSignal<Me>();
const [meProblem, setMeProblem] = createSignal<Problem>();
const requests = createLatest();

/** The signed-in user, once known. One for the whole page. */
export { me, meProblem };

/** Fetches the signed-in user, or opens the sign-in page if there is no session. */
export async function fetchMe(): Promise<void> {
  const isLatest = requests.start();
  setMeProblem(undefined);
  try {
    const found = await loadMe(startPageLoad("session"));
    if (!isLatest()) return;
    if (found) setMe(found);
    else location.replace(signInHref());
  } catch (error) {
    if (isLatest()) setMeProblem(asProblem(error));
  }
}
