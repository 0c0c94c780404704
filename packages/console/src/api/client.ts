import createClient from "openapi-fetch";
import type { Click } from "../lib/click.ts";
import type { Mutation } from "../lib/mutation.ts";
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

const api = createClient<paths>({ baseUrl: location.origin });

const withClick = (click: Click) => ({ fetch: (request: Request) => send(request, click) });
const keyHeader = (idempotencyKey: string) => ({ "Idempotency-Key": idempotencyKey });
// `send` throws for every answer that is not a success, so data is always present.
const dataOf = async <T>(answer: Promise<{ data?: T }>): Promise<T> => (await answer).data as T;

export const listProjects = (click: Click, query: QueryOf<"project.list">) =>
  dataOf(api.GET("/v1/projects", { params: { query }, ...withClick(click) }));

export const findProject = (click: Click, id: string) =>
  dataOf(api.GET("/v1/projects/{id}", { params: { path: { id } }, ...withClick(click) }));

export const createProject = (
  { click, idempotencyKey }: Mutation,
  body: { name: string; description: string; attributes: Record<string, string> },
) =>
  dataOf(
    api.POST("/v1/projects", {
      params: { header: keyHeader(idempotencyKey) },
      body,
      ...withClick(click),
    }),
  );

export const patchProject = (
  { click, idempotencyKey }: Mutation,
  id: string,
  body: { name?: string; description?: string; attributes?: Record<string, string> },
) =>
  dataOf(
    api.PATCH("/v1/projects/{id}", {
      params: { path: { id }, header: keyHeader(idempotencyKey) },
      body,
      ...withClick(click),
    }),
  );

export const deleteProject = ({ click, idempotencyKey }: Mutation, id: string) =>
  api.DELETE("/v1/projects/{id}", {
    params: { path: { id }, header: keyHeader(idempotencyKey) },
    ...withClick(click),
  });

export const startExport = ({ click, idempotencyKey }: Mutation, id: string) =>
  dataOf(
    api.POST("/v1/projects/{id}/exports", {
      params: { path: { id }, header: keyHeader(idempotencyKey) },
      ...withClick(click),
    }),
  );

export const listJobs = (click: Click, query: QueryOf<"job.list">) =>
  dataOf(api.GET("/v1/jobs", { params: { query }, ...withClick(click) }));

export const findJob = (click: Click, id: string) =>
  dataOf(api.GET("/v1/jobs/{id}", { params: { path: { id } }, ...withClick(click) }));

export const listAuditEvents = (click: Click, query: QueryOf<"audit.list">) =>
  dataOf(api.GET("/v1/audit-events", { params: { query }, ...withClick(click) }));

export const listApiKeys = (click: Click, query: QueryOf<"api_key.list">) =>
  dataOf(api.GET("/v1/api-keys", { params: { query }, ...withClick(click) }));

export const createApiKey = (
  { click, idempotencyKey }: Mutation,
  body: { name: string; scopes: Scope[]; expires_at?: string },
) =>
  dataOf(
    api.POST("/v1/api-keys", {
      params: { header: keyHeader(idempotencyKey) },
      body,
      ...withClick(click),
    }),
  );

export const revokeApiKey = ({ click, idempotencyKey }: Mutation, id: string) =>
  api.DELETE("/v1/api-keys/{id}", {
    params: { path: { id }, header: keyHeader(idempotencyKey) },
    ...withClick(click),
  });
