import { readFile } from "node:fs/promises";
import path from "node:path";

/** What the policy blocks in a page's HTML: inline scripts, styles and handlers. */
export function inlineIn(html: string): string[] {
  const found = [
    ...html.matchAll(/<script\b(?![^>]*\bsrc=)[^>]*>/g),
    ...html.matchAll(/<style\b[^>]*>/g),
    ...html.matchAll(/<[a-z][^>]*\s(style|on[a-z]+)\s*=[^>]*>/g),
    ...html.matchAll(/<[a-z][^>]*\b(?:href|src|action)\s*=\s*["']?javascript:[^>]*>/g),
  ];
  return found.map(([text]) => text.slice(0, 120));
}

/** URLs of other origins that a page loads files from. */
export const foreignIn = (html: string): string[] =>
  [
    ...html.matchAll(
      /<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)="((?:https?:)?\/\/[^"]*)"/g,
    ),
  ].map(([, address]) => String(address));

/** Uncompressed bytes of the scripts that a page loads, with all their imports. */
export async function scriptBytes(dist: string, html: string): Promise<number> {
  const loaded = new Map<string, number>();
  async function load(file: string): Promise<void> {
    if (loaded.has(file)) return;
    loaded.set(file, 0);
    const source = await readFile(path.join(dist, file), "utf8");
    loaded.set(file, Buffer.byteLength(source));
    const imports = [
      ...source.matchAll(/\b(?:from|import)\s*\(?\s*["'`](\.{0,2}\/[^"'`]+\.js)["'`]/g),
    ];
    for (const [, named] of imports)
      await load(path.posix.join(path.posix.dirname(file), String(named)));
  }
  for (const [, src] of html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)) await load(String(src));
  return [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
}
