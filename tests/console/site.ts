import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import path from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** What every page is served with: nothing inline, nothing from elsewhere. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * Serves built pages beside a running copy of the product: files with the policy above, a page's
 * folder for its address, 404.html for what is not there, and the copy itself for the API.
 */
export async function serveSite(
  dist: string,
  api: string,
  port: number,
): Promise<{ url: string; close(): void }> {
  const url = `http://127.0.0.1:${port}`;
  const server = createServer((message, answer) => {
    const { pathname } = new URL(message.url ?? "/", url);
    if (/^\/(v1|api\/auth|_local)\//.test(pathname)) return pass(message, answer, api);
    void file(dist, pathname, answer);
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  return {
    url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function file(dist: string, pathname: string, answer: ServerResponse): Promise<void> {
  const wanted = path.extname(pathname) ? pathname : path.join(pathname, "index.html");
  const found = existsSync(path.join(dist, wanted)) ? wanted : "/404.html";
  answer.writeHead(200, {
    "content-type": TYPES[path.extname(found)] ?? "application/octet-stream",
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
  });
  answer.end(await readFile(path.join(dist, found)));
}

function pass(message: IncomingMessage, answer: ServerResponse, api: string): void {
  const target = new URL(message.url ?? "/", api);
  const headers = { ...message.headers, host: target.host };
  if (headers.origin) headers.origin = api;
  delete headers.referer;
  const onward = request(target, { method: message.method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  message.pipe(onward);
}
