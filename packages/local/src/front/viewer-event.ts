import type { FrontRequest, HeaderLists } from "../http/message.ts";

// Shapes of the event that CloudFront Functions see:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html

type ViewerField = { value: string; multiValue?: { value: string }[] };
type ViewerFields = Record<string, ViewerField>;

export type ViewerRequest = {
  method: string;
  uri: string;
  querystring: ViewerFields;
  headers: ViewerFields;
  cookies: ViewerFields;
};

export type ViewerResponse = {
  statusCode: number;
  statusDescription?: string;
  headers?: ViewerFields;
  cookies?: Record<string, { value: string; attributes?: string }>;
  body?: string | { encoding?: "text" | "base64"; data: string };
};

export type ViewerEvent = {
  version: "1.0";
  context: {
    distributionDomainName: string;
    distributionId: string;
    eventType: "viewer-request" | "viewer-response";
    requestId: string;
  };
  viewer: { ip: string };
  request: ViewerRequest;
  /** The response to the viewer, without its body. */
  response?: ViewerResponse;
};

export function viewerRequest({ method, path, query, headers }: FrontRequest): ViewerRequest {
  const parameters = query.split("&").filter(Boolean).map(pair("="));
  const cookies = (headers.get("cookie") ?? [])
    .flatMap((header) => header.split(";"))
    .map((cookie) => pair("=")(cookie.trim()));
  const others = [...headers].filter(([name]) => name !== "cookie");
  return {
    method,
    uri: path,
    querystring: fields(parameters),
    headers: fields(others.flatMap(([name, values]) => values.map((it): NamedValue => [name, it]))),
    cookies: fields(cookies),
  };
}

/** The request as a function changed it. A function cannot change method and body. */
export function changedRequest(request: FrontRequest, changed: ViewerRequest): FrontRequest {
  const headers: HeaderLists = new Map();
  for (const [name, value] of pairs(changed.headers)) {
    const lower = name.toLowerCase();
    headers.set(lower, [...(headers.get(lower) ?? []), value]);
  }
  const cookies = pairs(changed.cookies).map(([name, value]) => `${name}=${value}`);
  if (cookies.length > 0) headers.set("cookie", [cookies.join("; ")]);
  const query = pairs(changed.querystring).map(([name, value]) =>
    value === "" ? name : `${name}=${value}`,
  );
  return { ...request, path: changed.uri, query: query.join("&"), headers };
}

type NamedValue = [name: string, value: string];

const pair =
  (separator: string) =>
  (text: string): NamedValue => {
    const at = text.indexOf(separator);
    return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  };

function fields(given: NamedValue[]): ViewerFields {
  const found: ViewerFields = {};
  for (const [name, value] of given) {
    const before = found[name];
    found[name] = before
      ? { ...before, multiValue: [...(before.multiValue ?? [{ value: before.value }]), { value }] }
      : { value };
  }
  return found;
}

const pairs = (given: ViewerFields): NamedValue[] =>
  Object.entries(given).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((each): NamedValue => [name, each.value]),
  );
