import { Show } from "solid-js";
import type { NewApiKey } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";

/** Shows a new key once. The secret is not stored, so it cannot be shown again. */
export const Secret = (props: { apiKey: NewApiKey | undefined; close(): void }) => (
  <Dialog
    open={Boolean(props.apiKey)}
    onOpenChange={(open) => !open && props.close()}
    title={`API key for ${props.apiKey?.name ?? ""}`}
  >
    <Show when={props.apiKey}>
      {(key) => (
        <>
          <div class="note warn">
            <Icon name="alert" />
            <div class="note-body">
              <p>Copy the key now. It cannot be shown again.</p>
            </div>
          </div>
          <p class="secret">
            <code>{key().secret}</code>
          </p>
          <footer class="dialog-foot">
            <CopyButton text={key().secret} what="the key" label="Copy" />
            <Button variant="primary" onClick={props.close}>
              Done
            </Button>
          </footer>
        </>
      )}
    </Show>
  </Dialog>
);
