import { type BoundStatement, type Builder, statement } from "../statement.ts";

type Changing = Parameters<typeof statement>[0] extends (db: Builder) => infer P ? P : never;

/**
 * The statement that changes rows in a mutation. What it returns in the column `answer` (JSON) is
 * stored under the caller's key and sent as the body, with `status`. No row means there was nothing to
 * change: the mutation ends with BH404.
 */
export function change(
  status: 200 | 201 | 202 | 204,
  build: (db: Builder) => Changing,
): (values?: Record<string, unknown>) => BoundStatement<{ answer: unknown }> {
  return statement(
    build,
    (text) =>
      `with change (answer) as (${text}) select ${status}::smallint, app.finish(${status}::smallint, (select answer from change))::text`,
  ) as (values?: Record<string, unknown>) => BoundStatement<{ answer: unknown }>;
}
