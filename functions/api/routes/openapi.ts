import { z } from "zod";
import { opens } from "../route.ts";

// By public URL, which is one a process.
const written = new Map<string, string>();

export const openapi = [
  opens("/v1/openapi.json", {
    operationId: "openapi.get",
    summary: "This document",
    answers: z.record(z.string(), z.unknown()),
    async handle(c, { publicUrl }) {
      const text = written.get(publicUrl) ?? (await write(publicUrl));
      written.set(publicUrl, text);
      return c.body(text, 200, { "content-type": "application/json" });
    },
  }),
];

/** The generator is loaded by the first who asks: no other request needs it, and it takes 40 ms. */
async function write(publicUrl: string): Promise<string> {
  const [{ documentOf }, { routes }] = await Promise.all([
    import("../document.ts"),
    import("./index.ts"),
  ]);
  return JSON.stringify(documentOf(routes, publicUrl));
}
