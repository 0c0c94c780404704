import { Show } from "solid-js";
import type { NewApiKey } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Copy } from "../../ui/copy.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";

/** The key itself, this once. It is in no storage of ours: closing this forgets it. */
export const Secret = (props: { apiKey: NewApiKey | undefined; close(): void }) => (
  <Dialog
    open={Boolean(props.apiKey)}
    onOpenChange={(open) => !open && props.close()}
    title={`The key for ${props.apiKey?.name ?? ""}`}
  >
    <Show when={props.apiKey}>
      {(key) => (
        <>
          <div class="note warn">
            <Icon name="alert" />
            <div class="note-body">
              <p>Copy it now. Nobody, ourselves included, can show it to you again.</p>
            </div>
          </div>
          <p class="secret">
            <code>{key().secret}</code>
          </p>
          <footer class="dialog-foot">
            <Copy text={key().secret} what="the key" label="Copy" />
            <Button look="primary" onClick={props.close}>
              I have it
            </Button>
          </footer>
        </>
      )}
    </Show>
  </Dialog>
);
