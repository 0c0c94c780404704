import { type Html, html, type Part } from "../html/html.ts";
import type { FrontResponse } from "../http/message.ts";
import { day, table, url } from "./format.ts";
import { lookUp, type QueryRows } from "./look-up.ts";
import { show, showError } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";
import { FOLDER, type SavedQuery, savedQueries } from "./saved-queries.ts";

export const dataRoutes: PageRoute[] = [
  { method: "GET", path: "/data", handle: databases },
  { method: "GET", path: "/data/:name", handle: saved },
];

const DATABASE = `select pg_size_pretty(pg_database_size(current_database())) as size,
  (select count(*) from pg_stat_activity where datname = current_database()) as connections`;

async function databases(view: View): Promise<FrontResponse> {
  const { cloud } = view;
  const queries = savedQueries(cloud.root);
  const found = await onAllDatabases(view, DATABASE, []);
  const listed = found.map(({ database, rows: [row] }) => ({
    database,
    size: row?.[0],
    connections: Number(row?.[1]) - 1, // without this query's own
  }));
  const content = {
    databases: listed,
    queries: queries.map(({ name, title }) => ({ name, title })),
  };
  return show(view, content, {
    title: "Data",
    lead: "The databases, and the product's saved queries on them.",
    body: html`${table(
      "Databases",
      ["Database", "Size", "Connections"],
      listed.map(({ database, size, connections }) => [database, size, connections]),
      "The templates have no database.",
    )}
<h2>Saved queries</h2>
<p class="lead">Each is a file in <code>${FOLDER}</code>. They run read-only as the superuser, so they show the rows of every tenant.</p>
${table(
  "Queries",
  ["Query", "Shows"],
  queries.map(({ name, title, description }) => [
    html`<a href="${url("data", name)}">${title}</a>`,
    description,
  ]),
  html`No files in <code>${FOLDER}</code>.`,
)}`,
  });
}

async function saved(view: View): Promise<FrontResponse> {
  const query = savedQueries(view.cloud.root).find(({ name }) => name === view.params.name);
  if (!query) return showError(view, 404, "No such query.");
  const tenant = view.query.get("tenant")?.trim() || null;
  try {
    const found = await onAllDatabases(view, query.sql, query.byTenant ? [tenant] : []);
    return show(view, found, {
      title: query.title,
      lead: query.description,
      body: html`${query.byTenant && tenantForm(query, tenant)}
${found.map((one) => resultOf(one, query, found.length > 1))}`,
    });
  } catch (error) {
    const file = `${FOLDER}/${query.name}.sql`;
    return showError(view, 500, `${file} failed: ${(error as Error).message}`);
  }
}

/** Runs a query on every database of the templates, in their order. */
const onAllDatabases = ({ cloud }: View, sql: string, values: unknown[]) =>
  Promise.all(
    cloud.declared.databases.map(async ({ database, placement, server }) => ({
      database: placement ? `${database} of ${placement}` : database,
      ...(await lookUp(server.superuserUrl(database), sql, values)),
    })),
  );

const tenantForm = ({ name }: SavedQuery, tenant: string | null) =>
  html`<form class="filter" method="get" action="${url("data", name)}">
<label>Tenant <input name="tenant" value="${tenant}"></label><button>Show</button></form>`;

const resultOf = (
  { database, columns, rows, more }: QueryRows & { database: string },
  query: SavedQuery,
  several: boolean,
): Html => html`${several && html`<h2>${database}</h2>`}
${table(
  `Rows of ${database}`,
  columns,
  rows.map((row) => row.map((value, at) => cell(columns[at] ?? "", value, query))),
  "No rows.",
)}${more && html`<p>More rows exist.</p>`}`;

/** Links ids: a tenant's to its rows, a trace's to the trace, a request's and a job's to their log lines. */
function cell(column: string, value: string | null, { name, byTenant }: SavedQuery): Part {
  if (value === null) return html`<span class="null">null</span>`;
  const to = encodeURIComponent(value);
  const link = (href: string) => html`<a class="id" href="${href}" title="${value}">${value}</a>`;
  if (column === "tenant_id" && byTenant) return link(`${url("data", name)}?tenant=${to}`);
  if (column === "trace_id") return link(`/_local/traces?id=${to}`);
  if (column === "request_id" || column === "job_id") return link(`/_local/logs?with=${to}`);
  if (TIMESTAMP.test(value)) return day(value.replace(" ", "T"));
  if (value.length <= 80) return value;
  return html`<details><summary>${value.slice(0, 80)}…</summary><pre>${value}</pre></details>`;
}

/** PostgreSQL's text form of a timestamptz in UTC. */
const TIMESTAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/;
