import type { EventSourceSpec } from "../events/event-source.ts";
import type { ScheduleSpec } from "../events/scheduler.ts";
import type { Distribution } from "../front/distribution.ts";
import type { HttpApi, Integration } from "../front/http-api.ts";
import type { AddedHeader } from "../front/response-headers.ts";
import type { SitePreview } from "../front/site-preview.ts";
import type { ViewerFunction } from "../front/viewer-function.ts";
import type { CredentialStore } from "../home/credentials.ts";
import type { Fleet } from "../lambda/fleet.ts";
import type { PostgresServer } from "../postgres/index.ts";
import type { Services } from "../services/index.ts";
import type { PostgresServers } from "../supervise/servers.ts";
import type { CustomResourceStore } from "./custom-resources.ts";
import type { ListedResource } from "./listed.ts";

/** What resources are created from, and what they declare for the run. */
export type Cloud = {
  services: Services;
  servers: PostgresServers;
  credentials: CredentialStore;
  fleet: Fleet;
  customResources: CustomResourceStore;
  site: SitePreview;
  log(line: string): void;
  /** Filled as resources are created. It takes effect when all of them are. */
  declared: Declarations;
};

export type Declarations = {
  /** Every resource of the templates, in order of creation. */
  resources: ListedResource[];
  apis: HttpApi[];
  /** By integration id. */
  integrations: Map<string, Integration>;
  /** By ARN. */
  viewerFunctions: Map<string, ViewerFunction>;
  /** Headers that a response headers policy adds, by policy id. */
  responseHeaders: Map<string, AddedHeader[]>;
  distributions: Distribution[];
  eventSources: EventSourceSpec[];
  schedules: ScheduleSpec[];
  databases: DeclaredDatabase[];
};

export type DeclaredDatabase = {
  server: PostgresServer;
  database: string;
  masterUrl: string;
  /** The cluster's tag `placement`, which identifies it among several clusters. */
  placement: string | undefined;
};

export const noDeclarations = (): Declarations => ({
  resources: [],
  apis: [],
  integrations: new Map(),
  viewerFunctions: new Map(),
  responseHeaders: new Map(),
  distributions: [],
  eventSources: [],
  schedules: [],
  databases: [],
});
