import createClient from "openapi-fetch";
import type { Click } from "../lib/click.ts";
import { send } from "../lib/send.ts";
import type { components, operations, paths } from "./schema.d.ts";

type Schemas = components["schemas"];
export type Project = Schemas["Project"];
export type Job = Schemas["JobWithDownload"];
export type ListedJob = Schemas["Job"];
export type JobState = Job["state"];
export type AuditEvent = Schemas["AuditEvent"];
export type ApiKey = Schemas["ApiKey"];
export type NewApiKey = Schemas["NewApiKey"];
export type Scope = ApiKey["scopes"][number];

export type QueryOf<Name extends keyof operations> = NonNullable<
  operations[Name]["parameters"]["query"]
>;

/** A change: the click it belongs to, and the key that all of its retries share. */
export type Change = { click: Click; key: string };

const api = createClient<paths>({ baseUrl: location.origin });

const by = (click: Click) => ({ fetch: (request: Request) => send(request, click) });
const keyed = (key: string) => ({ "Idempotency-Key": key });
// `send` has thrown whatever is not a success, so that there is data.
const got = async <T>(answer: Promise<{ data?: T }>): Promise<T> => (await answer).data as T;

export const listProjects = (click: Click, query: QueryOf<"project.list">) =>
  got(api.GET("/v1/projects", { params: { query }, ...by(click) }));

export const findProject = (click: Click, id: string) =>
  got(api.GET("/v1/projects/{id}", { params: { path: { id } }, ...by(click) }));

export const createProject = (
  { click, key }: Change,
  body: { name: string; description: string; attributes: Record<string, string> },
) => got(api.POST("/v1/projects", { params: { header: keyed(key) }, body, ...by(click) }));

export const patchProject = (
  { click, key }: Change,
  id: string,
  body: { name?: string; description?: string; attributes?: Record<string, string> },
) =>
  got(
    api.PATCH("/v1/projects/{id}", {
      params: { path: { id }, header: keyed(key) },
      body,
      ...by(click),
    }),
  );

export const deleteProject = ({ click, key }: Change, id: string) =>
  api.DELETE("/v1/projects/{id}", { params: { path: { id }, header: keyed(key) }, ...by(click) });

export const startExport = ({ click, key }: Change, id: string) =>
  got(
    api.POST("/v1/projects/{id}/exports", {
      params: { path: { id }, header: keyed(key) },
      ...by(click),
    }),
  );

export const listJobs = (click: Click, query: QueryOf<"job.list">) =>
  got(api.GET("/v1/jobs", { params: { query }, ...by(click) }));

export const findJob = (click: Click, id: string) =>
  got(api.GET("/v1/jobs/{id}", { params: { path: { id } }, ...by(click) }));

export const listAuditEvents = (click: Click, query: QueryOf<"audit.list">) =>
  got(api.GET("/v1/audit-events", { params: { query }, ...by(click) }));

export const listApiKeys = (click: Click, query: QueryOf<"api_key.list">) =>
  got(api.GET("/v1/api-keys", { params: { query }, ...by(click) }));

export const createApiKey = (
  { click, key }: Change,
  body: { name: string; scopes: Scope[]; expires_at?: string },
) => got(api.POST("/v1/api-keys", { params: { header: keyed(key) }, body, ...by(click) }));

export const revokeApiKey = ({ click, key }: Change, id: string) =>
  api.DELETE("/v1/api-keys/{id}", { params: { path: { id }, header: keyed(key) }, ...by(click) });
