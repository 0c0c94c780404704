import { type JSX, Show } from "solid-js";
import { fetchMe, me, meProblem } from "../ui/me.ts";
import { ProblemNote } from "../ui/problem-note.tsx";
import { Toasts } from "../ui/toast.tsx";
import { mount } from "./mount.ts";
import { Elsewhere } from "./shell/elsewhere.tsx";
import { Menu } from "./shell/menu.tsx";
import { Offline } from "./shell/offline.tsx";
import { Person } from "./shell/person.tsx";
import { Switcher } from "./shell/switcher.tsx";

/** A page of a workspace: its island, and around it the islands that all of these pages share. */
export function mountPage(page: () => JSX.Element): void {
  void fetchMe();
  mount("workspace", () => <Switcher />);
  mount("menu", () => <Menu />);
  mount("person", () => <Person />);
  mount("around", () => (
    <>
      <Offline />
      <Elsewhere />
      <Toasts />
    </>
  ));
  mount("page", () => (
    <>
      <Show when={meProblem()}>
        {(problem) => <ProblemNote problem={problem()} retry={() => void fetchMe()} automatic />}
      </Show>
      <Show when={!me() || me()?.tenant} fallback={<NoWorkspace />}>
        {page()}
      </Show>
    </>
  ));
}

const NoWorkspace = () => (
  <div class="empty">
    <h1>You are in no workspace</h1>
    <p>Create one, or ask a colleague to invite you to theirs.</p>
    <a class="button primary" href="/workspaces/?new">
      Create a workspace
    </a>
  </div>
);
