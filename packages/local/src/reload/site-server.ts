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
import { eachLine } from "../lambda/lines.ts";
import { freePort } from "../shared/free-port.ts";

/** The product's own; its head says how it is asked. */
const SCRIPT = path.join("infra", "site", "serve.ts");

/** Mebibytes of JavaScript; the bundler in it takes as much again. */
const HEAP = 192;

const LINES = 40;

export type SiteServer = {
  /** Shows the site from its sources from now on. */
  start(): void;
  /** Shows what is in the bucket again. */
  stop(): void;
};

export type SiteServerOptions = {
  root: string;
  /** Folder for what the server makes of the site's dependencies. */
  cache: string;
  site: SitePreview;
  say(line: string): void;
  started(pid: number): void;
};

/**
 * The site from its sources, while somebody works on them: a build takes as long as it takes to lose
 * the thread. It runs from the first saved file until the next update, which builds the site and puts
 * it in place.
 */
export function createSiteServer(options: SiteServerOptions): SiteServer {
  const { root, cache, site, say, started } = options;
  let running: ChildProcess | undefined;

  function start(): void {
    if (site.serve) return;
    const last: string[] = [];
    const ready = launch(last, () => site.serve === serve);
    ready.catch((error: Error) => say(error.message));
    const serve: Handler = async (request) => {
      try {
        const response = await pass(request, await ready);
        if (response.status < 500) return response;
        return broken(last);
      } catch {
        return broken(last); // it has ended, and its last lines say why
      }
    };
    site.serve = serve;
  }

  async function launch(last: string[], isWanted: () => boolean): Promise<number> {
    const port = await freePort();
    if (!isWanted()) throw new Error("the site's sources are no longer asked for");
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
      last.push(stripVTControlCharacters(line));
      if (last.length > LINES) last.shift();
    };
    eachLine(child.stderr, keep);
    const ended = once(child, "exit").then(([code]) => {
      if (running === child) {
        stop();
        say("the site is shown from its bucket again");
      }
      throw new Error(`${SCRIPT} ended with ${code}:\n${last.join("\n")}`);
    });
    ended.catch(() => {});
    await Promise.race([serving, ended]);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    say(`the site is shown from its sources (started in ${seconds} s); an update builds it`);
    return port;
  }

  function stop(): void {
    site.serve = undefined;
    running?.kill("SIGKILL");
    running = undefined;
  }

  return { start, stop };
}

async function pass(
  { method, path: route, query, headers }: FrontRequest,
  port: number,
): Promise<FrontResponse> {
  const passed = Object.fromEntries(
    [...headers].map(([name, values]) => [name, values.join(", ")]),
  );
  const asked = httpRequest({
    host: "127.0.0.1",
    port,
    method,
    path: query ? `${route}?${query}` : route,
    headers: { ...passed, host: `127.0.0.1:${port}`, connection: "close" },
  });
  asked.end();
  const [answer] = await once(asked, "response");
  const lists = [...headersOf(answer)];
  return {
    status: answer.statusCode,
    headers: lists.flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, value]),
    ),
    body: await buffer(answer),
  };
}

const broken = (last: readonly string[]): FrontResponse =>
  standalonePage(500, {
    title: "The site is broken",
    body: html`<pre>${last.join("\n")}</pre><p>Save a file that mends it: this page goes on by itself.
<a href="/_local/">What else the local cloud knows</a></p>`,
  });
