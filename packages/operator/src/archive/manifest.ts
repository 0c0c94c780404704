import { z } from "zod";
import { Fault } from "../fault.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What an archive says of itself. docs/runbooks/tenant-restore.md describes the format. */
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
  /** The migrations that had been applied. */
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

/** @throws Fault that says what is wrong with it */
export function parseManifest(text: string): Manifest {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (error) {
    const first = error instanceof z.ZodError ? error.issues[0] : undefined;
    const where = first ? `: ${first.path.join(".")} ${first.message}` : "";
    throw new Fault(`The archive's manifest is none of this version's${where}.`);
  }
}
