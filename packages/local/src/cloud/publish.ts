import type { LambdaFunction } from "../lambda/function.ts";
import type { CustomResources } from "../resources/custom-resources.ts";
import type { Live } from "./live.ts";

/**
 * Asks the custom resources of a function to update although their properties are the same: its files
 * are others. A real deployment has a digest of them among the properties, which a synth writes.
 */
export const publisher =
  (live: Live, customResources: CustomResources, say: (line: string) => void) =>
  async (function_: LambdaFunction): Promise<void> => {
    for (const resource of live.declared.customResources) {
      if (resource.provider !== function_) continue;
      const started = performance.now();
      await customResources.again(resource);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      say(`${resource.type} ${resource.logicalId}: put in place in ${seconds} s`);
    }
  };
