export { createProject } from "./create.ts";
export { deleteProject } from "./delete.ts";
export { findProject } from "./find.ts";
export { listProjects } from "./list.ts";
export { patchProject } from "./patch.ts";
export { Project } from "./shape.ts";
export { startExport } from "./start-export.ts";
