import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { readingThrowaway } from "../prove/database.ts";
import { FOLDER, schemaFiles } from "./files.ts";

// `npm run schema`: writes what the migrations of this checkout add up to.
const files = await readingThrowaway(schemaFiles);
await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER);
for (const [name, text] of files) await writeFile(path.join(FOLDER, name), text);
console.log(`${files.size} files written to ${FOLDER}`);
