import {
  type Answer,
  Order,
  type Places,
  runCommand,
  surroundingsInCloud,
  Unfinished,
} from "@bulkhead/operator";
import { inWork, logger } from "@bulkhead/telemetry";
import type { Context } from "aws-lambda";

export type Deps = {
  places: Places & { EXPORTS_BUCKET: string };
  /** How long it copies before it says that there is more to do. @default 60_000 */
  sliceMilliseconds?: number;
};

/**
 * Does what an operator asks for with `npm run tenant -- --stage …`, for a minute at a time: what takes
 * longer ends between two batches, and the next call goes on from there. What is no copying (comparing,
 * the pause, an archive) is not broken off and has the function's whole time.
 *
 * Answers what was said and what became of it. An error is a bug or an outage.
 */
export const createOperator =
  ({ places, sliceMilliseconds = 60_000 }: Deps) =>
  (event: unknown, { awsRequestId: requestId }: Pick<Context, "awsRequestId">): Promise<Answer> =>
    inWork({ name: "operate", kind: "consumer", scope: "operator", requestId }, async () => {
      const { words, by } = Order.parse(event);
      logger.info("An operator asks.", { words, by });

      const said: string[] = [];
      const slice = new AbortController();
      const timer = setTimeout(() => slice.abort(new Unfinished()), sliceMilliseconds);
      try {
        const asked = { "app.operator": by, "app.request": requestId };
        const outcome = await runCommand(
          words,
          async () => surroundingsInCloud(places, asked),
          (line) => said.push(line),
          slice.signal,
        );
        logger.info("The operator is answered.", { outcome: outcome.kind, said: said.length });
        return { said, outcome };
      } finally {
        clearTimeout(timer);
      }
    });
