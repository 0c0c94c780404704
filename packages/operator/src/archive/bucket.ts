import type { ObjectStore } from "@bulkhead/aws/objects";

/** What archives need of the bucket that holds the tenants' objects. */
export type Bucket = Pick<ObjectStore, "list" | "open" | "putStream">;

/** What the keys of a tenant's objects begin with. */
export const objectPrefix = (tenant: string) => `exports/${tenant}/`;
