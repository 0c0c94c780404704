import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { FrontRequest, HeaderLists } from "../http/message.ts";

export type ApiRequestContext = {
  apiId: string;
  domainName: string;
  account: string;
  requestId: string;
  routeKey: string;
  pathParameters: Record<string, string>;
  /** Percent-decoded. */
  path: string;
};

// Content types that an HTTP API treats as text. Forms are not among them and arrive in base64.
const TEXT =
  /^(text\/.*|application\/(.*\+)?json|application\/(.*\+)?xml|application\/javascript)$/;

/**
 * A request in payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEvent(
  request: FrontRequest,
  context: ApiRequestContext,
): APIGatewayProxyEventV2 {
  const { apiId, domainName, account, requestId, routeKey, pathParameters, path } = context;
  const query = queryParameters(request.query);
  const cookies = cookiesOf(request.headers);
  const now = new Date();
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: joined(request.headers),
    ...(query && { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: account,
      apiId,
      domainName,
      domainPrefix: domainName.split(".")[0] ?? "",
      http: {
        method: request.method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: request.ip,
        userAgent: request.headers.get("user-agent")?.[0] ?? "",
      },
      requestId,
      routeKey,
      stage: "$default",
      time: clfTime(now),
      timeEpoch: now.getTime(),
    },
    ...body(request),
  };
}

function body({ headers, body }: FrontRequest): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const [type = ""] = (headers.get("content-type")?.[0] ?? "").split(";");
  const isText = TEXT.test(type.trim().toLowerCase());
  return { body: body.toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText };
}

/** Duplicates are joined with commas; cookies have a field of their own. */
function joined(headers: HeaderLists): Record<string, string> {
  const entries = [...headers].filter(([name]) => name !== "cookie");
  return Object.fromEntries(entries.map(([name, values]) => [name, values.join(",")]));
}

const cookiesOf = (headers: HeaderLists) =>
  (headers.get("cookie") ?? [])
    .flatMap((header) => header.split(";"))
    .map((cookie) => cookie.trim())
    .filter(Boolean);

function queryParameters(query: string): Record<string, string> | undefined {
  if (!query) return undefined;
  const parameters = new URLSearchParams(query);
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(",")]),
  );
}

/** `12/Mar/2026:19:03:58 +0000` */
function clfTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
