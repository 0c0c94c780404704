import { For, Show } from "solid-js";
import type { ApiKey } from "../../api/client.ts";
import { Actor } from "../../ui/actor.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Time } from "../../ui/time.tsx";

const isExpired = ({ expires_at }: ApiKey) =>
  expires_at !== null && Date.parse(expires_at) < Date.now();
const isActive = (key: ApiKey) => !key.revoked_at && !isExpired(key);

export const KeyTable = (props: { keys: readonly ApiKey[]; revoke(key: ApiKey): void }) => (
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
