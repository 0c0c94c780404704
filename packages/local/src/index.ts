export { startCloud } from "./cloud/start.ts";
export { type Options, readOptions } from "./options.ts";
export { run } from "./run.ts";
export { StartError } from "./start-error.ts";
