import { createSignal, For, Show } from "solid-js";
import { deleteProject, findProject, type Project, patchProject } from "../../api/client.ts";
import { mayManage } from "../../api/session.ts";
import { Actor } from "../../ui/actor.tsx";
import { Button, LinkButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Empty } from "../../ui/empty.tsx";
import { type Loaded, load } from "../../ui/load.ts";
import { LoadedView } from "../../ui/loaded-view.tsx";
import { me } from "../../ui/me.ts";
import { PageHead } from "../../ui/page-head.tsx";
import { Time } from "../../ui/time.tsx";
import { toast, toastOnNextPage } from "../../ui/toast.tsx";
import { Trail } from "../audit/trail.tsx";
import { mountPage } from "../page.tsx";
import { Export } from "./export.tsx";
import { ProjectForm } from "./project-form.tsx";

const id = new URLSearchParams(location.search).get("id") ?? "";
const back = { href: "/projects/", label: "Projects" };

function ProjectPage() {
  const project = load("project", (click) => findProject(click, id));
  return (
    <LoadedView
      from={project}
      rows={6}
      heading={<PageHead title="Project" back={back} />}
      renderProblem={({ status }) => (status === 404 ? <Missing /> : undefined)}
    >
      {(found) => <View project={found()} from={project} />}
    </LoadedView>
  );
}

const Missing = () => (
  <>
    <PageHead title="Project" back={back} />
    <Empty
      icon="project"
      title="Project not found"
      action={<LinkButton href="/projects/">All projects</LinkButton>}
    >
      It was deleted, or it belongs to a workspace other than {me()?.tenant?.name ?? "this one"}.
      For a link from a colleague, switch to their workspace first.
    </Empty>
  </>
);

function View(props: { project: Project; from: Loaded<Project> }) {
  const [editing, setEditing] = createSignal(false);
  const [deleting, setDeleting] = createSignal(false);
  return (
    <>
      <PageHead
        title={props.project.name}
        back={back}
        actions={
          <>
            <Button onClick={() => setEditing(true)}>Edit</Button>
            <Button onClick={() => setDeleting(true)}>Delete</Button>
            <Export project={props.project} />
          </>
        }
      />
      <section class="card" aria-label="About this project">
        <p class="prose">
          {props.project.description || <span class="muted">No description.</span>}
        </p>
        <dl class="facts">
          <div>
            <dt>Created</dt>
            <dd>
              <Time at={props.project.created_at} /> by <Actor id={props.project.created_by} />
            </dd>
          </div>
          <div>
            <dt>Changed</dt>
            <dd>
              <Time at={props.project.updated_at} />
            </dd>
          </div>
          <For each={Object.entries(props.project.attributes)}>
            {([name, value]) => (
              <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            )}
          </For>
          <div class="whole">
            <dt>Id</dt>
            <dd>
              <code>{props.project.id}</code>
            </dd>
          </div>
        </dl>
      </section>
      <Show when={mayManage(me()?.role)}>
        <section>
          <h2>History</h2>
          {/* Fetched again after each change. */}
          <Show when={props.project.updated_at} keyed>
            <Trail name="project trail" filter={() => ({ target_id: props.project.id })} />
          </Show>
        </section>
      </Show>
      <Show when={props.project.updated_at} keyed>
        <ProjectForm
          open={editing()}
          onOpenChange={setEditing}
          title="Edit project"
          action="Save changes"
          click="project.patch"
          initial={props.project}
          save={(mutation, values) => patchProject(mutation, props.project.id, values)}
          saved={(project) => {
            setEditing(false);
            props.from.set(project);
            toast("Changes saved.");
          }}
        />
      </Show>
      <Confirm
        open={deleting()}
        onOpenChange={setDeleting}
        title={`Delete ${props.project.name}?`}
        click="project.delete"
        target={props.project.id}
        action="Delete project"
        run={(mutation) => deleteProject(mutation, props.project.id)}
        done={() => {
          toastOnNextPage(`Project ${props.project.name} deleted.`);
          location.assign("/projects/");
        }}
      >
        <p>
          The project is deleted for all members of {me()?.tenant?.name}. This cannot be undone.
          Exported files and the audit trail stay.
        </p>
      </Confirm>
    </>
  );
}

mountPage(() => <ProjectPage />);
