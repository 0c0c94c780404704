import { audit, auditConditions } from "./audit.ts";
import type { Check } from "./check.ts";
import { commands } from "./commands.ts";
import { counters } from "./counters.ts";
import { currentTenant } from "./current-tenant.ts";
import { execute } from "./execute.ts";
import { fixedSettings, languages, parallel, searchPath, tenantArgument } from "./functions.ts";
import { defaults, grants, schemaUsage } from "./grants.ts";
import { indexes } from "./indexes.ts";
import { keys } from "./keys.ts";
import { locks } from "./locks.ts";
import { moves } from "./moves.ts";
import { makesNothing, owner, ownsNothing } from "./ownership.ts";
import { policies } from "./policies.ts";
import { references } from "./references.ts";
import { relations, views } from "./relations.ts";
import { attributes, knownRoles, master, memberships, parameters, settings } from "./roles.ts";
import { rowSecurity } from "./row-security.ts";
import { signature } from "./signature.ts";
import { signingKey } from "./signing-key.ts";
import { schemas, surprises, types } from "./surprises.ts";
import { tenantOwned } from "./tenant-owned.ts";
import { triggers } from "./triggers.ts";
import { updates } from "./updates.ts";

/** In the order in which a careless table is put right: columns, keys, policies, triggers, grants. */
export const CHECKS: readonly Check[] = [
  schemas,
  relations,
  views,
  tenantOwned,
  keys,
  indexes,
  references,
  counters,
  rowSecurity,
  policies,
  commands,
  audit,
  auditConditions,
  moves,
  triggers,
  types,
  searchPath,
  fixedSettings,
  parallel,
  languages,
  locks,
  currentTenant,
  signature,
  tenantArgument,
  signingKey,
  execute,
  owner,
  ownsNothing,
  makesNothing,
  grants,
  updates,
  schemaUsage,
  knownRoles,
  defaults,
  attributes,
  memberships,
  settings,
  parameters,
  surprises,
  master,
];
