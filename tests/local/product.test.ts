import { expect, it } from "vitest";
import { readAssembly } from "../../packages/local/src/assembly/assembly.ts";
import { refuseUnsupported } from "../../packages/local/src/resources/properties.ts";
import { supportedProperties, typeOf } from "../../packages/local/src/resources/registry.ts";
import { creationOrder } from "../../packages/local/src/template/order.ts";
import { build } from "../infra/support.ts";

it.each(["dev", "prod"] as const)("supports every type and property of the stage %s", (stage) => {
  const { app } = build(stage);
  const stacks = readAssembly(app.synth().directory);
  expect(stacks.length).toBeGreaterThan(5);
  for (const { name, template } of stacks) {
    expect(creationOrder(template)).toHaveLength(Object.keys(template.Resources).length);
    for (const [logicalId, { Type, Properties = {} }] of Object.entries(template.Resources)) {
      const where = `${Type} ${logicalId} (stack ${name})`;
      const { emulated } = typeOf(Type, where);
      const known = emulated && supportedProperties(emulated);
      if (known) refuseUnsupported(Properties, known, where);
    }
  }
});
