import { Job } from "@bulkhead/core/job";
import {
  createProject,
  deleteProject,
  findProject,
  listProjects,
  Project,
  patchProject,
  startExport,
} from "@bulkhead/core/project";
import { PageOf } from "@bulkhead/core/verb";
import { mutates, reads } from "../route.ts";

const ALL = "/v1/projects";
const ONE = "/v1/projects/{id}";

export const projects = [
  reads(ALL, listProjects, {
    summary: "List projects, the newest first",
    description:
      "All projects, or those that the search finds. A cursor belongs to the search that returned it.",
    answers: PageOf(Project),
  }),
  mutates("post", ALL, createProject, {
    summary: "Create a project",
    answers: Project,
  }),
  reads(ONE, findProject, {
    summary: "Get a project",
    answers: Project,
  }),
  mutates("patch", ONE, patchProject, {
    summary: "Change a project",
    description:
      "Fields that are left out stay as they are. Give at least one. `attributes` are replaced as a whole.",
    answers: Project,
  }),
  mutates("delete", ONE, deleteProject, {
    summary: "Delete a project",
  }),
  mutates("post", `${ONE}/exports`, startExport, {
    summary: "Start an export of a project",
    description: "Returns a job. Once it has succeeded, it has a download link of the export.",
    answers: Job,
  }),
];
