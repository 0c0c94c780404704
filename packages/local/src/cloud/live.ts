import type { Reload } from "../reload/reload.ts";
import type { Declared } from "../resources/cloud.ts";
import type { ListedResource } from "../resources/listed.ts";

/** What changes while a cloud runs. */
export type Live = {
  /** What the templates say that is in force. */
  declared: Declared;
  /** Resources that the newest templates have and this cloud has not: they kept an update from happening. */
  refused: ListedResource[];
  /** Undefined until everything serves. */
  reload: Reload | undefined;
};
