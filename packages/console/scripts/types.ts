import { writeFile } from "node:fs/promises";
import path from "node:path";
import { typesOfApi } from "./document.ts";

const file = path.resolve(import.meta.dirname, "../src/api/schema.d.ts");
await writeFile(file, await typesOfApi());
