import * as apiKeyVerbs from "@bulkhead/core/api-key";
import * as auditVerbs from "@bulkhead/core/audit";
import * as jobVerbs from "@bulkhead/core/job";
import * as projectVerbs from "@bulkhead/core/project";
import { PERMISSIONS } from "@bulkhead/core/verb";
import { describe, expect, it } from "vitest";
import { documentOf } from "../../functions/api/document.ts";
import { pattern } from "../../functions/api/route.ts";
import { routes } from "../../functions/api/routes/index.ts";
import { freshApi, outcome, PUBLIC_URL, read } from "./support.ts";

type Schema = { $ref?: string; [key: string]: unknown };
type Operation = {
  operationId: string;
  summary: string;
  security: unknown[];
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
};
type Document = {
  openapi: string;
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
};

const document = documentOf(routes, PUBLIC_URL) as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe("the OpenAPI document", () => {
  it("is 3.1, and every reference and path parameter in it leads somewhere", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toEqual({
      title: "Bulkhead",
      version: expect.any(String),
      description: expect.any(String),
    });
    expect(Object.keys(document.components.securitySchemes ?? {})).toEqual(["apiKey", "session"]);

    const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      const [, group = "", name = ""] = /"#\/components\/(\w+)\/(\w+)"/.exec(reference) ?? [];
      expect([reference, document.components[group]?.[name]]).toEqual([
        reference,
        expect.anything(),
      ]);
    }
    for (const { path, operation } of operations) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(inPath.map(({ name }) => name)).toEqual(names);
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  });

  it("names each operation once, sums it up, and says how it fails", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      expect(operation.operationId).toMatch(/^[a-z_]+\.[a-z_]+$/);
      expect(operation.summary).toMatch(/^[A-Z].{5,80}[^.]$/);
      const [success, ...more] = Object.keys(operation.responses).filter((s) => s.startsWith("2"));
      expect([path, success, more]).toEqual([path, expect.any(String), []]);
      const problems = Object.entries(operation.responses).filter(([s]) => !s.startsWith("2"));
      expect(problems.length).toBeGreaterThan(0);
      for (const [, { content }] of problems) {
        expect(Object.keys(content ?? {})).toEqual(["application/problem+json"]);
      }
    }
  });

  it("covers what is served, and nothing else", async () => {
    const api = await freshApi();
    const documented = operations.map(
      ({ method, path }) => `${method.toUpperCase()} ${pattern(path)}`,
    );
    const served = api.app.routes
      .filter(({ method, path }) => method !== "ALL" && path.startsWith("/v1"))
      .map(({ method, path }) => `${method} ${path}`);
    expect(served.length).toBeGreaterThan(10);
    expect(documented.sort()).toEqual(served.sort());
  });

  it("is served without a credential", async () => {
    const served = await (await freshApi()).client().get("/v1/openapi.json").then(read);
    expect(served).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it("wants a credential for everything but itself and the state of health", async () => {
    const api = await freshApi();
    for (const { path, method, operation } of operations) {
      const isOpen = ["/v1/openapi.json", "/v1/health"].includes(path);
      expect([path, operation.security.length]).toEqual([path, isOpen ? 0 : 2]);
      const answer = api.client().ask(method.toUpperCase(), path.replace("{id}", "7"));
      expect([path, await outcome(answer)]).toEqual([
        path,
        isOpen ? "200" : "401 credential.missing",
      ]);
    }
  });

  it("wants an Idempotency-Key for every change, and so does the API", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const changes = operations.filter(({ method }) => method !== "get");
    expect(changes.length).toBeGreaterThan(4);
    for (const { path, method, operation } of changes) {
      expect(operation.parameters).toContainEqual(
        expect.objectContaining({ name: "Idempotency-Key", in: "header", required: true }),
      );
      const answer = ada.ask(method.toUpperCase(), path.replace("{id}", "7"), "{}", {
        "content-type": "application/json",
      });
      expect([path, await outcome(answer)]).toEqual([path, "400 idempotency.key_missing"]);
    }
  });

  it("is as strict about bodies as the API is", () => {
    const create = document.paths["/v1/projects"]?.post;
    expect(create?.requestBody?.content["application/json"]?.schema).toMatchObject({
      required: ["name"],
      additionalProperties: false,
    });
    expect(create?.responses[201]?.content?.["application/json"]?.schema).toEqual({
      $ref: "#/components/schemas/Project",
    });
  });
});

describe("a verb", () => {
  const nouns = { ...apiKeyVerbs, ...auditVerbs, ...jobVerbs, ...projectVerbs };
  const verbs = Object.values(nouns as Record<string, unknown>).flatMap((one) =>
    typeof one === "function" && "permission" in one ? [one as unknown as Verb] : [],
  );
  type Verb = { action: string; permission: string };

  it("has an address", () => {
    const served = routes.flatMap((route) => (route.kind === "open" ? [] : [route.verb as Verb]));
    expect(verbs.map(({ action }) => action).sort()).toEqual(
      served.map(({ action }) => action).sort(),
    );
  });

  it("needs a permission that the database knows, and the database knows no other", async () => {
    const { sql } = await freshApi();
    const rows = await sql("select distinct permission from app.role_permissions order by 1");
    expect(rows.map(({ permission }) => permission)).toEqual([...PERMISSIONS].sort());
    expect(new Set(verbs.map(({ permission }) => permission))).toEqual(new Set(PERMISSIONS));
  });
});
