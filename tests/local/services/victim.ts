import { startServices } from "../../../packages/local/src/services/index.ts";

// Runs the services for a test that kills this process. Prints their endpoints.
const services = await startServices({
  home: process.argv[2] ?? "",
  region: "eu-central-1",
  account: "000000000000",
  secretOf: (id) => (id === "AKIALOCAL" ? "the secret half" : undefined),
});
services.sqs.createQueue({ name: "jobs" });
services.s3.createBucket({ name: "exports" });
services.ses.addIdentity("bulkhead.example");
process.stdout.write(`${JSON.stringify(services.endpoints)}\n`);
