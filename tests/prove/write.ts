import { access, constants, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Unprovable } from "./database.ts";
import { htmlOf } from "./html.ts";
import { canonical, hashOf, type Report } from "./report.ts";

export type Written = { hash: string; json: string; html: string };

/** Writes the report as `<proof>.json`, whose hash it returns, and as `<proof>.html`. @throws Unprovable */
export async function write(report: Report, folder: string): Promise<Written> {
  const text = canonical(report);
  const hash = hashOf(text);
  const json = path.join(folder, `${report.proof}.json`);
  const html = path.join(folder, `${report.proof}.html`);
  await writeFile(json, text);
  await writeFile(html, htmlOf(report, hash));
  return { hash, json, html };
}

/** Asked before the proof is made, so that a folder that can't be written to is reported without the wait. */
export async function writable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new Unprovable(
      `The report can't be written to ${folder}: ${(cause as Error).message}. Choose another folder with --out.`,
      { cause },
    );
  }
}
