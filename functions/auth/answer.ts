import { problemResponse, type RequestEnv } from "@bulkhead/http";
import type { Context } from "hono";
import { z } from "zod";

const Said = z.object({ code: z.string(), message: z.string() }).partial();

/**
 * Better Auth's answer as ours: a "no" becomes application/problem+json and keeps the `code` and
 * `message` that Better Auth's client reads. Cookies travel on; everything but a "no" is left alone.
 */
export async function answer(c: Context<RequestEnv>, response: Response): Promise<Response> {
  if (response.status < 400) return response;
  const said = Said.safeParse(await response.json().catch(() => ({}))).data ?? {};
  if (response.status >= 500)
    throw new Error(`Better Auth answered ${response.status} ${said.code}`);
  if (response.status === 404 && !said.code) return c.notFound();

  const code = said.code ?? (response.status === 429 ? "request.limit" : "request.refused");
  const detail = said.message ?? "The request was refused.";
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
