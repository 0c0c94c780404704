import { type Click, clickHeaders } from "./click.ts";
import { networkProblem, problemFromResponse } from "./problem.ts";

// Longer than the server's own timeout, so that the server's answer arrives first.
const TIMEOUT_MILLISECONDS = 32_000;

/**
 * Sends a request of a click. The request id is generated here, so that it is known even without an
 * answer.
 *
 * @throws Problem for every answer that is not a success, and for no answer
 */
export async function send(request: Request, click: Click): Promise<Response> {
  const requestId = crypto.randomUUID();
  for (const [name, value] of Object.entries(clickHeaders(click))) request.headers.set(name, value);
  request.headers.set("x-request-id", requestId);

  const response = await fetch(request, {
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  }).catch((cause: unknown) => {
    throw networkProblem(cause, requestId, navigator.onLine);
  });
  if (!response.ok) throw await problemFromResponse(response, requestId);
  return response;
}
