import { createMemo, createSignal, For, Show } from "solid-js";
import { createProject, listProjects, type Project } from "../../api/client.ts";
import { takeNewParam } from "../../lib/new-param.ts";
import { Actor } from "../../ui/actor.tsx";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { createPages } from "../../ui/pages.ts";
import { PagesView } from "../../ui/pages-view.tsx";
import { Time } from "../../ui/time.tsx";
import { toastOnNextPage } from "../../ui/toast.tsx";
import { mountPage } from "../page.tsx";
import { ProjectForm } from "./project-form.tsx";
import { ProjectSearch, type Search } from "./search.tsx";

function Projects() {
  const [search, setSearch] = createSignal<Search>({});
  const isSearching = () => Object.keys(search()).length > 0;
  const projects = createPages("projects", (click, cursor) =>
    listProjects(click, { ...search(), cursor, limit: 20 }),
  );
  // Stays once shown: a search without matches must not remove the search field.
  const isSearchable = createMemo<boolean>(
    (before) => before || isSearching() || projects.items().length > 0,
    false,
  );
  const [creating, setCreating] = createSignal(takeNewParam());
  const create = () => (
    <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
      New project
    </Button>
  );

  return (
    <>
      <PageHead
        title="Projects"
        lead="All members of the workspace see all projects."
        actions={create()}
      />
      <Show when={isSearchable()}>
        <ProjectSearch
          search={(next) => {
            setSearch(next);
            projects.reload();
          }}
        />
      </Show>
      <PagesView
        pages={projects}
        empty={
          <Show
            when={isSearching()}
            fallback={
              <Empty icon="project" title="No projects yet" action={create()}>
                Create a project, export it, and see its changes in the audit trail.
              </Empty>
            }
          >
            <Empty icon="search" title="No matching projects">
              Search by the start of the name, by whole words of the name or description, or by an
              attribute and its full value.
            </Empty>
          </Show>
        }
      >
        <ProjectTable projects={projects.items()} />
      </PagesView>
      <ProjectForm
        open={creating()}
        onOpenChange={setCreating}
        title="New project"
        action="Create project"
        click="project.create"
        save={createProject}
        saved={({ id, name }) => {
          toastOnNextPage(`Project ${name} created.`);
          location.assign(`/projects/view/?id=${id}`);
        }}
      />
    </>
  );
}

const ProjectTable = (props: { projects: readonly Project[] }) => (
  <table class="table">
    <caption class="hidden">Projects, newest first</caption>
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col" class="wide-only">
          Created by
        </th>
        <th scope="col">Created</th>
        <th scope="col" class="wide-only">
          Changed
        </th>
      </tr>
    </thead>
    <tbody>
      <For each={props.projects}>
        {(project) => (
          <tr class="link-row">
            <th scope="row">
              <a class="row-link" href={`/projects/view/?id=${project.id}`}>
                {project.name}
              </a>
              <p class="row-more">{project.description}</p>
            </th>
            <td class="wide-only">
              <Actor id={project.created_by} />
            </td>
            <td>
              <Time at={project.created_at} />
            </td>
            <td class="wide-only">
              <Time at={project.updated_at} />
            </td>
          </tr>
        )}
      </For>
    </tbody>
  </table>
);

mountPage(() => <Projects />);
