import { type JSX, Show } from "solid-js";
import { fetchMe, me, meProblem } from "../ui/me.ts";
import { ProblemNote } from "../ui/problem-note.tsx";
import { Toasts } from "../ui/toast.tsx";
import { mount } from "./mount.ts";
import { Menu } from "./shell/menu.tsx";
import { Offline } from "./shell/offline.tsx";
import { SessionChanged } from "./shell/session-changed.tsx";
import { Switcher } from "./shell/switcher.tsx";
import { UserPanel } from "./shell/user-panel.tsx";

/** Mounts a page of a workspace: its own island, and the islands that all pages share. */
export function mountPage(page: () => JSX.Element): void {
  void fetchMe();
  mount("workspace", () => <Switcher />);
  mount("menu", () => <Menu />);
  mount("user", () => <UserPanel />);
  mount("notices", () => (
    <>
      <Offline />
      <SessionChanged />
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
    <h1>No workspace</h1>
    <p>Create a workspace, or ask a colleague to invite you to one.</p>
    <a class="button primary" href="/workspaces/?new">
      Create a workspace
    </a>
  </div>
);
