import { SynthError } from "../synth-error.ts";
import { HASHED, NOT_FOUND, type Site } from "./site.ts";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const MAXIMUM_BYTES = 10_240;

/**
 * The code of the site's CloudFront Function, for viewer requests and viewer responses.
 *
 * It rewrites the requests `/x` and `/x/` to `/x/index.html`, and an unknown path to the 404 page. It
 * passes hashed files as they are, because those of earlier releases still exist. It never redirects, so
 * no path can send a visitor to another host. In responses, the 404 page's 200 becomes a 404; a 304 stays,
 * because the browser has cached the 404.
 *
 * The distribution's `errorResponses` can't show the 404 page: they would also replace errors of the API.
 *
 * @throws SynthError for more pages than a function can name.
 */
export function siteViewer({ files }: Site): string {
  const paths = files.map(({ key }) => key).filter((key) => !key.startsWith(HASHED));
  const code = `var FILES = ${JSON.stringify(paths.map((path) => `/${path}`))};
function fileOf(uri) {
  if (uri.startsWith("/${HASHED}")) return uri;
  var page = uri.endsWith("/") ? uri + "index.html" : uri + "/index.html";
  if (FILES.includes(page)) return page;
  return FILES.includes(uri) ? uri : "/${NOT_FOUND}";
}
function handler(event) {
  var file = fileOf(event.request.uri);
  if (event.context.eventType === "viewer-request") {
    event.request.uri = file;
    return event.request;
  }
  if (file === "/${NOT_FOUND}" && event.response.statusCode === 200) {
    event.response.statusCode = 404;
    event.response.statusDescription = "Not Found";
  }
  return event.response;
}
`;
  if (Buffer.byteLength(code) <= MAXIMUM_BYTES) return code;
  throw new SynthError(
    `The site has ${paths.length} pages, more than a CloudFront function of ${MAXIMUM_BYTES} bytes can ` +
      "name. Move the names to a CloudFront key-value store (infra/site/viewer.ts).",
  );
}
