import type { Reload } from "../reload/reload.ts";
import type { Declarations } from "../resources/cloud.ts";
import type { ListedResource } from "../resources/listed.ts";

/** What changes while a cloud runs. */
export type CloudState = {
  /** What the templates say that is in force. */
  declared: Declarations;
  /** Resources that the newest templates have and this cloud has not: they kept an update from happening. */
  refused: ListedResource[];
  /** Undefined until everything serves. */
  reload: Reload | undefined;
};
