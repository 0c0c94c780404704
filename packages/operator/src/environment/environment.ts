import { databaseConfig } from "@bulkhead/aws/database";
import { createObjects } from "@bulkhead/aws/objects";
import type { Bucket } from "../archive/bucket.ts";
import { type ArchiveStorage, bucketStorage, fileStorage } from "../archive/storage.ts";
import { type DatabaseDirectory, databaseDirectory } from "../database/directory.ts";
import type { Caller } from "../database/session.ts";

/** What a command works with: the databases, the bucket of the tenants' objects, and the archives. */
export type Environment = {
  directory: DatabaseDirectory;
  bucket: Bucket | undefined;
  archives: ArchiveStorage;
};

export type EnvironmentConfig = {
  DATABASE_URL: string;
  DEDICATED_DATABASES: Record<string, string>;
  EXPORTS_BUCKET?: string | undefined;
};

/** On this machine: archives are files. */
export const machineEnvironment = (
  config: EnvironmentConfig,
  bucket: Bucket | undefined,
): Environment => ({ directory: directoryOf(config), bucket, archives: fileStorage });

/** In a function, which has no lasting disk: archives are in the bucket too. */
export function functionEnvironment(
  config: EnvironmentConfig & { EXPORTS_BUCKET: string },
  caller: Caller,
): Environment {
  const bucket = createObjects(config.EXPORTS_BUCKET);
  const archives = bucketStorage(config.EXPORTS_BUCKET, bucket);
  return { directory: directoryOf(config, caller), bucket, archives };
}

function directoryOf(
  { DATABASE_URL, DEDICATED_DATABASES }: EnvironmentConfig,
  caller?: Caller,
): DatabaseDirectory {
  const urls = Object.entries({ ...DEDICATED_DATABASES, home: DATABASE_URL });
  const configs = urls.map(([name, url]) => {
    // Without the options of pg's pool, which a single connection does not have.
    const { host, port, user, password, database, ssl } = databaseConfig(url);
    // A paused Aurora database takes half a minute to resume.
    const connectionTimeoutMillis = 40_000;
    return [name, { host, port, user, password, database, ssl, connectionTimeoutMillis }] as const;
  });
  return databaseDirectory(Object.fromEntries(configs), caller);
}
