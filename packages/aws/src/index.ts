export { clientOptions, once } from "./client.ts";
export { answerCloudFormation, type Verdict } from "./custom-resource.ts";
export { type DataApi, dataApiMigrator } from "./data-api.ts";
export { databaseConfig, databaseConfigs, type SignToken } from "./database.ts";
export { createMail, type Mail } from "./mail.ts";
export { createObjects, type Objects } from "./objects.ts";
export { createQueue, type JobQueue, type JobToken, type QueueUrls, UnsentJobs } from "./queue.ts";
export { createSecrets, type ReadSecret, readSecret } from "./secrets.ts";
