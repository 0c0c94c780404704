import type { Reload } from "../reload/reload.ts";
import type { Declarations } from "../resources/cloud.ts";
import type { ListedResource } from "../resources/listed.ts";

/** What changes while a cloud runs. */
export type CloudState = {
  /** What the deployed templates declare. */
  declared: Declarations;
  /** Resources of the newest templates whose type is unknown, which stopped an update. */
  refused: ListedResource[];
  /** Undefined until everything serves. */
  reload: Reload | undefined;
};
