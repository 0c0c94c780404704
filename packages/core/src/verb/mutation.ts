import {
  type AdmittedJob,
  type Answer,
  type BoundStatement,
  type Builder,
  change,
  mutate,
} from "@bulkhead/db";
import type { z } from "zod";
import { type Claim, callerOf, type WriteCtx } from "./ctx.ts";
import { blank, type Input, parse } from "./input.ts";
import type { Query } from "./read.ts";
import { refused } from "./refusal.ts";

export type MutationDefinition<I extends Input, Extra extends Record<string, unknown>> = Claim & {
  input: I;
  /** What the answer is stored and sent with. 204 is sent without a body. */
  status: 200 | 201 | 202 | 204;
  /** The one statement that changes rows, with the answer in `returning`. No row is `resource.missing`. */
  change(db: Builder): Query;
  /** Values that the client does not give: new ids, new secrets. @default - none */
  values?(input: z.output<I>, ctx: WriteCtx): Extra;
  /** The jobs that are enqueued if, and only if, this commits. @default - none */
  jobs?(values: z.output<I> & Extra): readonly BoundStatement<AdmittedJob>[];
  /** Unseals what the stored answer holds sealed, for a first answer and a replay alike. @default - none is */
  reveal?(answer: Record<string, unknown>, ctx: WriteCtx): Record<string, unknown>;
};

/**
 * A verb that changes something, at most once for each Idempotency-Key. Called with a caller and an
 * input it makes one round trip, audit and jobs included. Nothing is audited here, because triggers do it.
 *
 * @throws Refusal `resource.missing`, `idempotency.key_reused`, the refusals of
 * constraints and of the credential. Nothing is kept then, and the key is free again.
 */
export type Mutation<I extends Input = Input> = Claim & {
  input: I;
  status: 200 | 201 | 202 | 204;
  /** Whether its answer has tokens to send: a sweep is armed before it. */
  enqueuesJobs: boolean;
  (ctx: WriteCtx, input: z.input<I>): Promise<Answer>;
};

/**
 *     export const createProject = defineMutation({
 *       action: "project.create",
 *       permission: "project:write",
 *       status: 201,
 *       input: z.strictObject({ name: Name }),
 *       change: (db) =>
 *         db.insert(projects).values({ name: sql.placeholder("name") }).returning({ answer: projectJson }),
 *     });
 */
export function defineMutation<
  I extends Input,
  Extra extends Record<string, unknown> = Record<never, unknown>,
>(definition: MutationDefinition<I, Extra>): Mutation<I> {
  const { action, permission, input: schema, status, values, jobs, reveal } = definition;
  const prepared = change(status, (db) => definition.change(db).prepare(""));
  const nulls = blank(schema);

  const mutation = async (ctx: WriteCtx, input: z.input<I>) => {
    const parsed = parse(schema, input);
    const complete = { ...parsed, ...values?.(parsed, ctx) } as z.output<I> & Extra;
    const answer = await mutate(callerOf(ctx, { action, permission }), {
      key: ctx.idempotency.key,
      hash: ctx.idempotency.requestHash,
      change: prepared({ ...nulls, ...complete }),
      jobs: jobs?.(complete) ?? [],
      trace: ctx.trace,
    }).catch(refused(ctx));
    if (!reveal) return answer;
    return { ...answer, body: JSON.stringify(reveal(JSON.parse(answer.body), ctx)) };
  };
  return Object.assign(mutation, {
    action,
    permission,
    input: schema,
    status,
    enqueuesJobs: jobs !== undefined,
  });
}
