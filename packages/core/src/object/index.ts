export {
  type ExportSigner,
  type ExportWriter,
  exportSigner,
  exportWriter,
} from "./exports.ts";
