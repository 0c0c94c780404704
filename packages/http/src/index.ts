export { limitBody } from "./body.ts";
export { databaseRefusal } from "./database-error.ts";
export type { RequestEnv } from "./env.ts";
export { requireOrigin } from "./origin.ts";
export { notFound, type Problem, type ProblemInput, problem, problemResponse } from "./problem.ts";
export { requestId } from "./request-id.ts";
export { STATUS, titleOf } from "./status.ts";
export { traced } from "./traced.ts";
