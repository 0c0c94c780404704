import { SynthError } from "../synth-error.ts";
import { HASHED, NOT_FOUND, type Site } from "./site.ts";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const MOST_BYTES = 10_240;

/**
 * The CloudFront Function of the site, for both directions, in CloudFront's own JavaScript.
 *
 * On the way in, `/x` and `/x/` become `/x/index.html`, and what no release has becomes the page that
 * says so; hashed files pass as they are, because those of earlier releases are still there. Nothing
 * is ever redirected, so no path can send a visitor elsewhere. On the way out that page's 200, which
 * is S3's, becomes a 404. A 304 stays: it is about the 404 that the browser already has.
 *
 * The page that says so is a rewrite and no `errorResponses` of the distribution, which would replace
 * the API's own errors with it.
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
  if (Buffer.byteLength(code) <= MOST_BYTES) return code;
  throw new SynthError(
    `The site has ${paths.length} pages, more than a CloudFront function of ${MOST_BYTES} bytes can ` +
      "name. Move their names into a key-value store of CloudFront's (infra/site/viewer.ts).",
  );
}
