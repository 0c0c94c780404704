import { connect } from "@bulkhead/db";
import { observeDatabase } from "@bulkhead/telemetry";
import { onTestFinished } from "vitest";
import { freshApi } from "../routes/support.ts";
import { exporting } from "./support.ts";

/** The API, whose spans go to a collector, and a way to make a person who calls it. */
export async function tracedApi(endpoint: string) {
  const { flush } = exporting(endpoint, "api");
  const api = await freshApi();
  const home = connect({ connectionString: api.database.url("api") }, undefined, observeDatabase);
  onTestFinished(() => home.end());
  return {
    flush,
    person: async (name: string) => api.over(home, await api.database.newPerson(name)),
  };
}
