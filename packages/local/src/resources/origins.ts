import { bucketOrigin } from "../front/bucket-origin.ts";
import type { Origin } from "../front/distribution.ts";
import { isObject, type JsonObject } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { regionalDomain } from "./bucket.ts";
import type { ResourceContext } from "./resource-type.ts";

/**
 * The HTTP API or bucket of this cloud behind an origin's domain name.
 *
 * @throws StartError for any other domain, because the local cloud makes no requests to the internet.
 */
export function findOrigin({ cloud, stack, where }: ResourceContext, origin: JsonObject): Origin {
  const domain = String(origin.DomainName);
  const headers = Array.isArray(origin.OriginCustomHeaders) ? origin.OriginCustomHeaders : [];
  const identity = {
    id: String(origin.Id),
    customHeaders: headers
      .filter(isObject)
      .map((it): [string, string] => [String(it.HeaderName), String(it.HeaderValue)]),
  };
  const api = cloud.declared.apis.find(({ domainName }) => domainName === domain);
  if (api) return { ...identity, handle: api.handle };
  const bucket = cloud.services.s3
    .list()
    .find(({ name }) => regionalDomain(name, stack.region) === domain);
  if (bucket) {
    const handle = bucketOrigin(cloud.services.s3.bucket(bucket.name));
    return { ...identity, handle, preview: cloud.site };
  }
  throw new StartError(`${where}: ${domain} is neither an HTTP API nor a bucket of this cloud.`);
}
