export type { Log } from "./log.ts";
export type { Mail } from "./mail.ts";
export type { Objects } from "./objects.ts";
export type { JobQueue } from "./queue.ts";
