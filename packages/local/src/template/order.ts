import { StartError } from "../shared/start-error.ts";
import { referencesOf } from "./references.ts";
import type { Template } from "./template.ts";

/** Logical ids of a template's resources, each after the ones it refers to or depends on. */
export function creationOrder({ Resources }: Template): string[] {
  const ordered = new Set<string>();
  const open: string[] = [];

  const visit = (logicalId: string) => {
    const resource = Resources[logicalId];
    if (!resource || ordered.has(logicalId)) return;
    if (open.includes(logicalId)) {
      throw new StartError(
        `These resources depend on each other: ${[...open, logicalId].join(" → ")}.`,
      );
    }
    open.push(logicalId);
    for (const id of [resource.DependsOn ?? []].flat()) visit(id);
    for (const id of referencesOf(resource.Properties ?? {})) visit(id);
    open.pop();
    ordered.add(logicalId);
  };

  for (const logicalId of Object.keys(Resources)) visit(logicalId);
  return [...ordered];
}
