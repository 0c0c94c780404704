import { z } from "zod";
import { opens, type Route } from "../route.ts";

/** The document of `routes`, which this route is one of: so they are given when the document is written. */
export function openapi(routes: () => readonly Route[]): Route[] {
  // By public URL, of which a process has one.
  const written = new Map<string, string>();

  // The generator is loaded by the first request for the document: no other needs it, and it takes 40 ms.
  const write = async (publicUrl: string) => {
    const { documentOf } = await import("../document.ts");
    return JSON.stringify(documentOf(routes(), publicUrl));
  };

  return [
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
}
