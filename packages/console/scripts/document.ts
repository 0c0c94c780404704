import openapiTS, { astToString } from "openapi-typescript";
import { documentOf } from "../../../functions/api/document.ts";
import { routes } from "../../../functions/api/routes/index.ts";

const NOTICE =
  "// Made from the API's OpenAPI document by `npm run types -w @bulkhead/console`. Not for editing.\n\n";

/** The API's types as TypeScript source. The only place that imports the API's code, and only at build time. */
export async function typesOfApi(): Promise<string> {
  const document = documentOf(routes, "https://app.example.test");
  const ast = await openapiTS(JSON.stringify(document), { alphabetize: true });
  return NOTICE + astToString(ast);
}
