import { createSignal, Show } from "solid-js";
import { PageHead } from "../../ui/bits.tsx";
import { ForManagers } from "../../ui/denied.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Filter } from "../../ui/filter.tsx";
import { mountPage } from "../page.tsx";
import { createTrail, TrailView } from "./trail.tsx";

const KINDS = [
  ["", "Everything"],
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
        lead="Every change in this workspace: who made it, when, and what was before and after. Nobody can leave anything out."
      />
      <Filter
        legend="What was changed"
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
          <Empty icon="audit" title="Nothing has happened yet">
            <Show when={kind()} fallback="Create a project, and the first line appears here.">
              Nothing of this kind, that is. Choose "Everything" to see the rest.
            </Show>
          </Empty>
        }
      />
    </>
  );
}

mountPage(() => (
  <ForManagers title="Audit trail" what="The audit trail tells who changed what.">
    <AuditPage />
  </ForManagers>
));
