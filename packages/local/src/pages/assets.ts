import { readFileSync } from "node:fs";
import { SAFE_HEADERS, STYLES } from "../html/page.ts";
import type { FrontResponse } from "../http/message.ts";

const TYPES = { css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8" };

const FILES = [...STYLES, "live.js", "logs.js"];

/** The pages' own files. They are read at every request, so that an edit shows at once. */
export function asset(path: string): FrontResponse | undefined {
  const name = FILES.find((file) => path === `/assets/${file}`);
  if (!name) return undefined;
  const extension = name.split(".")[1] as keyof typeof TYPES;
  return {
    status: 200,
    headers: [...SAFE_HEADERS, ["content-type", TYPES[extension]]],
    body: readFileSync(new URL(`assets/${name}`, import.meta.url)),
  };
}
