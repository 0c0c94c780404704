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

/** Everything that resources are made of, and what they leave behind for the run. */
export type Cloud = {
  services: Services;
  servers: PostgresServers;
  credentials: CredentialStore;
  fleet: Fleet;
  customResources: CustomResourceStore;
  site: SitePreview;
  say(line: string): void;
  /** Filled by resources as they are made; nothing of it acts before all of them are. */
  declared: Declarations;
};

export type Declarations = {
  /** Everything that the templates hold, in the order in which it was made. */
  resources: ListedResource[];
  apis: HttpApi[];
  /** Integration id → what it calls. */
  integrations: Map<string, Integration>;
  /** ARN → function. */
  viewerFunctions: Map<string, ViewerFunction>;
  /** Policy id → what it adds to answers. */
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
  /** The cluster's tag `placement`: whose data it holds, where there is more than one. */
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
