import { z } from "zod";
import { messageOf, OperatorError } from "../errors.ts";
import { objectPrefix } from "./bucket.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The archive's description of itself. docs/runbooks/tenant-restore.md documents the format. */
export const Manifest = z.object({
  format: z.literal("bulkhead-tenant"),
  version: z.literal(1),
  tenant: z.object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    job_limit: z.int(),
    place: z.string(),
  }),
  /** The moment that it shows, by the database's clock. */
  taken_at: z.iso.datetime({ offset: true }),
  postgres: z.string(),
  /** The applied migrations. */
  ledger: z.array(z.object({ name: z.string(), checksum: z.string() })),
  tables: z.array(
    z.object({
      name: z.string(),
      columns: z.array(z.string()),
      rows: z.int(),
      files: z.array(z.string()),
    }),
  ),
  objects: z.array(z.object({ key: z.string(), content_type: z.string(), file: z.string() })),
  /** Every other file of the archive, in order. */
  files: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: Sha256 })),
});
export type Manifest = z.infer<typeof Manifest>;
export type ArchivedFile = Manifest["files"][number];

/** @throws OperatorError that says what is wrong with it */
export function parseManifest(text: string): Manifest {
  try {
    const manifest = Manifest.parse(JSON.parse(text));
    requireConsistent(manifest);
    return manifest;
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const reason = issue ? `${issue.path.join(".")}: ${issue.message}` : messageOf(error);
    throw new OperatorError(`Invalid manifest in the archive: ${reason}. Export the tenant again.`);
  }
}

/** Each file is the content of exactly one table or object, and each object is one of the tenant's. */
function requireConsistent({ tenant, tables, objects, files }: Manifest): void {
  const unused = new Set(files.map(({ name }) => name));
  const contents = [...tables.flatMap((table) => table.files), ...objects.map(({ file }) => file)];
  for (const name of contents) {
    if (!unused.delete(name)) throw new Error(`${name} is missing, or listed twice`);
  }
  for (const name of unused) throw new Error(`${name} belongs to no table and no object`);
  const foreign = objects.find(({ key }) => !key.startsWith(objectPrefix(tenant.id)));
  if (foreign) throw new Error(`the object ${foreign.key} is not the tenant's`);
}
