import { type Tasks, taskTable } from "@bulkhead/core/job";
import { exportProject } from "@bulkhead/core/project/export.job";

/** Every task that the worker performs. */
export const tasks: Tasks = taskTable(exportProject);
