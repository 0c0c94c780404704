export { type CloudOptions, readOptions } from "./cloud/options.ts";
export { startCloud } from "./cloud/start.ts";
export { run } from "./run.ts";
export { StartError } from "./shared/start-error.ts";
