import type { Product } from "../build/product.ts";
import type { StageConfig } from "../stages.ts";
import type { Database } from "./database.ts";
import type { Network } from "./network.ts";

/** What every function of a stage is built from. */
export interface ServiceContext {
  readonly stage: StageConfig;
  readonly codeOf: Product["codeOf"];
  readonly network: Network;
  readonly data: { readonly database: Database };
}
