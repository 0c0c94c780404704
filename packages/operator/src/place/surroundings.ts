import { databaseConfig } from "@bulkhead/aws/database";
import { createObjects } from "@bulkhead/aws/objects";
import type { Bucket } from "../archive/export.ts";
import { type Archives, fileArchives, storedArchives } from "../archive/place.ts";
import { type House, houseOf } from "./house.ts";
import type { Asked } from "./session.ts";

/** All that a command may reach: the databases, the bucket of the tenants' objects, and where archives are. */
export type Surroundings = { house: House; bucket: Bucket; archives: Archives };

export type Places = {
  DATABASE_URL: string;
  DEDICATED_DATABASES: Record<string, string>;
  EXPORTS_BUCKET?: string | undefined;
};

/** On this machine: archives are files. */
export const surroundingsOf = (places: Places, bucket: Bucket): Surroundings => ({
  house: houseAt(places),
  bucket,
  archives: fileArchives,
});

/** In a function, which has no disk that lasts: archives are in the bucket too. */
export function surroundingsInCloud(
  places: Places & { EXPORTS_BUCKET: string },
  asked: Asked,
): Surroundings {
  const bucket = createObjects(places.EXPORTS_BUCKET);
  const archives = storedArchives(places.EXPORTS_BUCKET, bucket);
  return { house: houseAt(places, asked), bucket, archives };
}

function houseAt({ DATABASE_URL, DEDICATED_DATABASES }: Places, asked?: Asked): House {
  const urls = Object.entries({ ...DEDICATED_DATABASES, home: DATABASE_URL });
  const configs = urls.map(([name, url]) => {
    // pg's pool knows options that a single connection does not.
    const { host, port, user, password, database, ssl } = databaseConfig(url);
    // A paused database takes half a minute to wake.
    const patience = { connectionTimeoutMillis: 40_000 };
    return [name, { host, port, user, password, database, ssl, ...patience }] as const;
  });
  return houseOf(Object.fromEntries(configs), asked);
}
