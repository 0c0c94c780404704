import type { Acknowledgement } from "./acknowledgement.ts";
import { DATA } from "./acknowledgements/data.ts";
import { ENTRY } from "./acknowledgements/entry.ts";
import { FUNCTIONS_AND_QUEUES } from "./acknowledgements/functions.ts";
import { MONITORING } from "./acknowledgements/monitoring.ts";
import { NETWORK } from "./acknowledgements/network.ts";
import { PERMISSIONS } from "./acknowledgements/permissions.ts";

/** The day of the last review of every entry. No entry expires more than a year after it. */
export const REVIEWED = "2026-11-23";

/** Every accepted finding. */
export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  ...PERMISSIONS,
  ...NETWORK,
  ...DATA,
  ...ENTRY,
  ...MONITORING,
  ...FUNCTIONS_AND_QUEUES,
];
