import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import type { SitePreview } from "../front/site-preview.ts";
import { html } from "../html/html.ts";
import { standalonePage } from "../html/page.ts";
import { type FrontRequest, type FrontResponse, headersOf } from "../http/message.ts";
import type { Handler } from "../http/server.ts";
import { eachLine } from "../lambda/each-line.ts";
import { freePort } from "../shared/free-port.ts";

/** The product's development server of the site. The head of the script describes its interface. */
const SCRIPT = path.join("infra", "site", "serve.ts");

/** Mebibytes of JavaScript heap; the bundler in the process takes as much again. */
const HEAP = 192;

const LINES = 40;

export type SiteServer = {
  /** Serves the site from its sources from now on. */
  start(): void;
  /** Serves the site from its bucket again. */
  stop(): void;
};

export type SiteServerOptions = {
  root: string;
  /** Folder for what the server makes of the site's dependencies. */
  cache: string;
  site: SitePreview;
  log(line: string): void;
  started(pid: number): void;
};

/**
 * Serves the site from its sources while they are being edited, because a build takes too long to wait for.
 * It runs from the first saved file until the next update, which builds the site and publishes it.
 */
export function createSiteServer(options: SiteServerOptions): SiteServer {
  const { root, cache, site, log, started } = options;
  let running: ChildProcess | undefined;

  function start(): void {
    if (site.handle) return;
    const output: string[] = [];
    const ready = launch(output, () => site.handle === handle);
    ready.catch((error: Error) => log(error.message));
    const handle: Handler = async (request) => {
      try {
        const response = await forward(request, await ready);
        if (response.status < 500) return response;
        return brokenSite(output);
      } catch {
        return brokenSite(output); // the server has ended; its last lines are the reason
      }
    };
    site.handle = handle;
  }

  async function launch(output: string[], isWanted: () => boolean): Promise<number> {
    const port = await freePort();
    if (!isWanted()) throw new Error("site server stopped before it started");
    const flags = [`--max-old-space-size=${HEAP}`, "--max-semi-space-size=4"];
    const child = spawn(process.execPath, [...flags, SCRIPT, String(port), cache], {
      cwd: root,
      stdio: "pipe",
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ASTRO_TELEMETRY_DISABLED: "1" },
    });
    running = child;
    if (child.pid) started(child.pid);
    const begun = performance.now();
    const serving = new Promise<void>((resolve) => {
      eachLine(child.stdout, (line) => (line === "ready" ? resolve() : keep(line)));
    });
    const keep = (line: string) => {
      output.push(stripVTControlCharacters(line));
      if (output.length > LINES) output.shift();
    };
    eachLine(child.stderr, keep);
    const ended = once(child, "exit").then(([code]) => {
      if (running === child) {
        stop();
        log("site served from its bucket again");
      }
      throw new Error(`${SCRIPT} ended with ${code}:\n${output.join("\n")}`);
    });
    ended.catch(() => {});
    await Promise.race([serving, ended]);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    log(`site served from its sources until the next update (started in ${seconds} s)`);
    return port;
  }

  function stop(): void {
    site.handle = undefined;
    running?.kill("SIGKILL");
    running = undefined;
  }

  return { start, stop };
}

async function forward(
  { method, path: route, query, headers }: FrontRequest,
  port: number,
): Promise<FrontResponse> {
  const forwarded = Object.fromEntries(
    [...headers].map(([name, values]) => [name, values.join(", ")]),
  );
  const request = httpRequest({
    host: "127.0.0.1",
    port,
    method,
    path: query ? `${route}?${query}` : route,
    headers: { ...forwarded, host: `127.0.0.1:${port}`, connection: "close" },
  });
  request.end();
  const [response] = await once(request, "response");
  const lists = [...headersOf(response)];
  return {
    status: response.statusCode,
    headers: lists.flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, value]),
    ),
    body: await buffer(response),
  };
}

const brokenSite = (output: readonly string[]): FrontResponse =>
  standalonePage(500, {
    title: "The site is broken",
    body: html`<pre>${output.join("\n")}</pre><p>Fix the file and save it: this page refreshes by itself.
<a href="/_local/">Open the local cloud's overview</a></p>`,
  });
