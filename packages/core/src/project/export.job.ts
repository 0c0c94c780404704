import { statement } from "@bulkhead/db";
import { projects } from "@bulkhead/db/tables";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { defineJob } from "../job/define.ts";
import { PermanentFailure } from "../job/failure.ts";
import { projectJson } from "./shape.ts";

const byId = statement((db) =>
  db
    .select({ json: projectJson })
    .from(projects)
    .where(eq(projects.id, sql.placeholder("id")))
    .prepare(""),
);

/** Writes a project as JSON to `exports/<tenant>/<job>.json`: every attempt to the same key. */
export const exportProject = defineJob({
  name: "project.export",
  input: z.strictObject({ project_id: z.uuid() }),

  async run({ project_id }, { read, objects, job }) {
    const [[project]] = await read(byId({ id: project_id }));
    if (!project) {
      throw new PermanentFailure(
        "project.missing",
        "The project was deleted before it could be exported.",
      );
    }

    const size = { bytes: 0 };
    const chunks = measured(document(project), size);
    const key = await objects.putStream(`${job.id}.json`, chunks, "application/json");
    return { result: { key, bytes: size.bytes } };
  },
});

/** The file, part by part. What a project has many of is read here, a keyset page for each part. */
async function* document(project: { json: string }): AsyncGenerator<string> {
  yield '{"project":';
  yield project.json;
  yield "}\n";
}

async function* measured(parts: AsyncIterable<string>, size: { bytes: number }) {
  for await (const part of parts) {
    size.bytes += Buffer.byteLength(part);
    yield part;
  }
}
