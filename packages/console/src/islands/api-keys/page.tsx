import { createSignal, For, Show } from "solid-js";
import { type ApiKey, listApiKeys, type NewApiKey, revokeApiKey } from "../../api/client.ts";
import { takeNewParam } from "../../lib/new-param.ts";
import { Actor } from "../../ui/actor.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Empty } from "../../ui/empty.tsx";
import { ManagersOnly } from "../../ui/managers-only.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { createPages } from "../../ui/pages.ts";
import { PagesView } from "../../ui/pages-view.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { mountPage } from "../page.tsx";
import { CreateKey } from "./create.tsx";
import { Secret } from "./secret.tsx";

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

const isExpired = ({ expires_at }: ApiKey) =>
  expires_at !== null && Date.parse(expires_at) < Date.now();
const isActive = (key: ApiKey) => !key.revoked_at && !isExpired(key);

const KeyTable = (props: { keys: readonly ApiKey[]; revoke(key: ApiKey): void }) => (
  <table class="table">
    <caption class="hidden">API keys, newest first</caption>
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col" class="wide-only">
          Scopes
        </th>
        <th scope="col" class="wide-only">
          Created
        </th>
        <th scope="col" class="wide-only">
          Last used
        </th>
        <th scope="col">State</th>
        <th scope="col">
          <span class="hidden">Actions</span>
        </th>
      </tr>
    </thead>
    <tbody>
      <For each={props.keys}>
        {(key) => (
          <tr>
            <th scope="row">
              {key.name}
              <p class="row-more">
                <code>{key.prefix}…</code>
              </p>
            </th>
            <td class="wide-only">
              <ul class="chips">
                <For each={key.scopes}>{(scope) => <li>{scope}</li>}</For>
              </ul>
            </td>
            <td class="wide-only">
              <Time at={key.created_at} />
              <p class="row-more">
                <Actor id={key.created_by} />
              </p>
            </td>
            <td class="wide-only">
              <Show when={key.last_used_at} fallback={<span class="muted">Never</span>}>
                {(at) => <Time at={at()} />}
              </Show>
            </td>
            <td>
              <KeyState apiKey={key} />
            </td>
            <td class="row-actions">
              <Show when={isActive(key)}>
                <Button onClick={() => props.revoke(key)} aria-label={`Revoke ${key.name}`}>
                  Revoke
                </Button>
              </Show>
            </td>
          </tr>
        )}
      </For>
    </tbody>
  </table>
);

const KeyState = (props: { apiKey: ApiKey }) => (
  <Show
    when={isActive(props.apiKey)}
    fallback={
      <Badge tone={props.apiKey.revoked_at ? "danger" : "warn"}>
        {props.apiKey.revoked_at ? "Revoked" : "Expired"}
      </Badge>
    }
  >
    <Badge tone="ok">Active</Badge>
    <Show when={props.apiKey.expires_at}>
      {(at) => (
        <p class="row-more">
          Expires <Time at={at()} />
        </p>
      )}
    </Show>
  </Show>
);

mountPage(() => (
  <ManagersOnly title="API keys" what="API keys give programs access to the workspace.">
    <ApiKeys />
  </ManagersOnly>
));
