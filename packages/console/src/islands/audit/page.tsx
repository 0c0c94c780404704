import { createSignal, Show } from "solid-js";
import { Empty } from "../../ui/empty.tsx";
import { Filter } from "../../ui/filter.tsx";
import { ManagersOnly } from "../../ui/managers-only.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { mountPage } from "../page.tsx";
import { createTrail, TrailView } from "./trail.tsx";

const KINDS = [
  ["", "All"],
  ["projects", "Projects"],
  ["jobs", "Jobs"],
  ["api_keys", "API keys"],
  ["members", "Members"],
  ["invitations", "Invitations"],
  ["tenants", "Workspace"],
] as const;

function AuditPage() {
  const [kind, setKind] = createSignal<(typeof KINDS)[number][0]>("");
  const events = createTrail("audit", () => ({ target_type: kind() || undefined }));
  return (
    <>
      <PageHead
        title="Audit trail"
        lead="Every change in this workspace: who made it, when, and the values before and after."
      />
      <Filter
        legend="Type"
        name="kind"
        options={KINDS}
        value={kind()}
        onChange={(value) => {
          setKind(value);
          events.reload();
        }}
      />
      <TrailView
        events={events}
        empty={
          <Show
            when={kind()}
            fallback={
              <Empty icon="audit" title="No changes yet">
                Create a project to see its first entry here.
              </Empty>
            }
          >
            <Empty icon="audit" title="No matching changes">
              Choose another filter to see other changes.
            </Empty>
          </Show>
        }
      />
    </>
  );
}

mountPage(() => (
  <ManagersOnly title="Audit trail" what="The audit trail shows who changed what.">
    <AuditPage />
  </ManagersOnly>
));
