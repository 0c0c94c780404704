import { createSignal } from "solid-js";
import { type ApiKey, listApiKeys, type NewApiKey, revokeApiKey } from "../../api/client.ts";
import { takeNewParam } from "../../lib/new-param.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Empty } from "../../ui/empty.tsx";
import { ManagersOnly } from "../../ui/managers-only.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { createPages } from "../../ui/pages.ts";
import { PagesView } from "../../ui/pages-view.tsx";
import { toast } from "../../ui/toast.tsx";
import { mountPage } from "../page.tsx";
import { CreateKey } from "./create.tsx";
import { Secret } from "./secret.tsx";
import { KeyTable } from "./table.tsx";

function ApiKeys() {
  const keys = createPages("api-keys", (click, cursor) =>
    listApiKeys(click, { cursor, limit: 20 }),
  );
  const [creating, setCreating] = createSignal(takeNewParam());
  const [created, setCreated] = createSignal<NewApiKey>();
  const [revoking, setRevoking] = createSignal<ApiKey>();
  const create = () => (
    <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
      New API key
    </Button>
  );

  return (
    <>
      <PageHead
        title="API keys"
        lead="For programs. A key gives access to this workspace only, limited by its scopes."
        actions={create()}
      />
      <PagesView
        pages={keys}
        empty={
          <Empty icon="key" title="No API keys yet" action={create()}>
            Create one key for each program, with only the scopes it needs. The audit trail shows
            the key's changes under its own name.
          </Empty>
        }
      >
        <KeyTable keys={keys.items()} revoke={setRevoking} />
      </PagesView>
      <CreateKey
        open={creating()}
        onOpenChange={setCreating}
        created={(key) => {
          setCreated(key);
          keys.reload();
        }}
      />
      <Secret apiKey={created()} close={() => setCreated(undefined)} />
      <Confirm
        open={Boolean(revoking())}
        onOpenChange={(open) => !open && setRevoking(undefined)}
        title={`Revoke ${revoking()?.name}?`}
        click="api_key.revoke"
        target={revoking()?.id}
        action="Revoke key"
        run={(mutation) => revokeApiKey(mutation, revoking()?.id ?? "")}
        done={() => {
          toast("API key revoked.");
          keys.reload();
        }}
      >
        <p>Programs that use this key stop working immediately. This cannot be undone.</p>
      </Confirm>
    </>
  );
}

mountPage(() => (
  <ManagersOnly title="API keys" what="API keys give programs access to the workspace.">
    <ApiKeys />
  </ManagersOnly>
));
