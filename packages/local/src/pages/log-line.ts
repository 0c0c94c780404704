import { type Html, html } from "../html/html.ts";
import type { LogLine } from "../lambda/log-store.ts";
import { isObject } from "../shared/json.ts";
import { pretty, time } from "./format.ts";

/** A log line as a list item. A JSON line shows its level and message first. */
export function logLine({ at, label, text }: LogLine): Html {
  const fields = fieldsOf(text);
  const level = typeof fields?.level === "string" ? fields.level.toLowerCase() : "";
  const isLevel = ["error", "critical", "warn", "info", "debug"].includes(level);
  const head = html`${time(at)} <a class="label" href="/_local/logs?function=${encodeURIComponent(label)}">${label}</a>`;
  if (!fields) return html`<li>${head} <code>${text}</code></li>`;
  return html`<li class="${isLevel ? level : ""}">${head} ${
    isLevel && html`<span class="level">${level}</span> `
  }<details><summary><code>${typeof fields.message === "string" ? fields.message : text}</code></summary><pre>${pretty(text)}</pre></details>${ids(fields)}</li>`;
}

function fieldsOf(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const fields: unknown = JSON.parse(text);
    return isObject(fields) ? fields : undefined;
  } catch {
    return undefined;
  }
}

// In any spelling: requestId, request_id, tenant.id.
const ID = /^(tenant|request|job|trace)[._]?id$/i;

/** Links from the ids of a line to all lines that contain them. */
const ids = (fields: Record<string, unknown>): Html =>
  html`<span class="tags">${Object.entries(fields)
    .filter(([name, value]) => ID.test(name) && typeof value === "string")
    .map(
      ([name, value]) =>
        html`<a class="tag" href="/_local/logs?with=${encodeURIComponent(String(value))}">${name} ${String(value)}</a>`,
    )}</span>`;
