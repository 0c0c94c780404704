import { createSignal } from "solid-js";
import { startVisit } from "../lib/click.ts";
import { asProblem, type Problem } from "../lib/problem.ts";
import { loadMe, type Me, signInHref } from "../lib/session.ts";

const [me, setMe] = createSignal<Me>();
const [meProblem, setMeProblem] = createSignal<Problem>();

/** Who is signed in, once it is known. One for the whole page. */
export { me, meProblem };

/** Leads to the sign-in when nobody is. */
export async function fetchMe(): Promise<void> {
  setMeProblem(undefined);
  try {
    const found = await loadMe(startVisit("session"));
    if (found) setMe(found);
    else location.replace(signInHref());
  } catch (error) {
    setMeProblem(asProblem(error));
  }
}
