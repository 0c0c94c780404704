import {
  Command,
  type CommandResult,
  type EnvironmentConfig,
  functionEnvironment,
  logLine,
  runCommand,
  TimeBudgetExceeded,
} from "@bulkhead/operator";
import { inWork, logger } from "@bulkhead/telemetry";
import type { Context } from "aws-lambda";

export type Deps = {
  config: EnvironmentConfig & { EXPORTS_BUCKET: string };
  /** How long it copies before it answers `unfinished`. @default 60_000 */
  sliceMilliseconds?: number;
};

/**
 * Runs `npm run tenant -- --stage …` in the cloud, for a minute at a time: a longer copy ends between two
 * batches, and the next invocation continues from there. Everything but copying (comparing, the pause, an
 * archive) is not interrupted and has the function's whole time.
 *
 * An error is a bug or an outage.
 */
export const createOperator =
  ({ config, sliceMilliseconds = 60_000 }: Deps) =>
  (
    event: unknown,
    { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
  ): Promise<CommandResult> =>
    inWork({ name: "operate", kind: "consumer", scope: "operator", requestId }, async () => {
      const { args, caller } = Command.parse(event);
      logger.info("operator command started", { args, caller });

      const lines: string[] = [];
      const slice = new AbortController();
      const timer = setTimeout(() => slice.abort(new TimeBudgetExceeded()), sliceMilliseconds);
      try {
        const outcome = await runCommand(
          args,
          async () =>
            functionEnvironment(config, { "app.operator": caller, "app.request": requestId }),
          {
            print: (text) => lines.push(text),
            log(event, fields = {}) {
              logger.info(event, fields);
              lines.push(logLine(event, fields));
            },
          },
          slice.signal,
        );
        logger.info("operator command ended", { outcome: outcome.kind, lines: lines.length });
        return { lines, outcome };
      } finally {
        clearTimeout(timer);
      }
    });
