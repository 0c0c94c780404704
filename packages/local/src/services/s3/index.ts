import { listen } from "../../shared/listen.ts";
import type { ServiceEnvironment } from "../protocol/json-service.ts";
import type { State } from "../state/index.ts";
import { openBucket } from "./bucket.ts";
import { openFiles } from "./files.ts";
import { s3Handler } from "./handler.ts";
import { openObjectStore } from "./store.ts";
import type { BucketSpec, S3Bucket } from "./types.ts";

export type * from "./types.ts";

/** S3 in path style: REST and XML for the SDK, buckets in-process for the front door. */
export type S3 = {
  endpoint: string;
  /** Idempotent by name: a bucket of an earlier run is opened with its objects. */
  createBucket(spec: BucketSpec): { name: string; arn: string };
  /** Throws when there is no such bucket. */
  bucket(nameOrArn: string): S3Bucket;
  list(): { name: string; arn: string }[];
  close(): Promise<void>;
};

export async function startS3(
  state: State,
  environment: ServiceEnvironment,
  preferredPort?: number,
): Promise<S3> {
  const store = openObjectStore(state);
  const files = openFiles(state.objects);
  files.sweep(store.files());
  const buckets = new Map<string, S3Bucket>();
  const server = await listen(s3Handler(buckets, environment), preferredPort);

  return {
    endpoint: server.endpoint,
    createBucket(spec) {
      requireBucketName(spec.name);
      store.rememberBucket(spec.name, environment.now());
      const bucket = openBucket(spec, { store, files, now: environment.now });
      buckets.set(spec.name, bucket);
      return { name: bucket.name, arn: bucket.arn };
    },
    bucket(nameOrArn) {
      const bucket = buckets.get(nameOrArn.replace("arn:aws:s3:::", ""));
      if (!bucket) throw new Error(`There is no bucket ${nameOrArn}.`);
      return bucket;
    },
    list: () => [...buckets.values()].map(({ name, arn }) => ({ name, arn })),
    close: () => server.close(),
  };
}

/** S3 user guide, "General purpose bucket naming rules". */
function requireBucketName(name: string): void {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..")) return;
  throw new Error(`"${name}" can't name a bucket: 3 to 63 lower-case letters, digits and hyphens.`);
}
