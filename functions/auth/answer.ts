import { problemResponse, type RequestEnv } from "@bulkhead/http";
import type { Context } from "hono";
import { z } from "zod";

const Body = z.object({ code: z.string(), message: z.string() }).partial();

/**
 * Better Auth's answer as ours: an error becomes application/problem+json and keeps the `code` and
 * `message` that Better Auth's client reads, and its cookies. Other answers are left alone.
 */
export async function answer(c: Context<RequestEnv>, response: Response): Promise<Response> {
  if (response.status < 400) return response;
  const body = Body.safeParse(await response.json().catch(() => ({}))).data ?? {};
  if (response.status >= 500)
    throw new Error(`Better Auth answered ${response.status} ${body.code}`);
  if (response.status === 404 && !body.code) return c.notFound();

  const code = body.code ?? (response.status === 429 ? "request.limit" : "request.refused");
  const detail = body.message ?? "The request was refused.";
  const retryAfter = response.headers.get("x-retry-after");
  const problem = problemResponse(
    c,
    {
      status: response.status,
      code,
      detail,
      retryAfterSeconds: retryAfter ? Number(retryAfter) : undefined,
    },
    { message: detail },
  );
  for (const cookie of response.headers.getSetCookie())
    problem.headers.append("set-cookie", cookie);
  return problem;
}
