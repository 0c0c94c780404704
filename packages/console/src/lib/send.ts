import { type Click, clickHeaders } from "./click.ts";
import { noAnswer, problemOf } from "./problem.ts";

// A little longer than the server gives itself, so that its own explanation comes first.
const TIMEOUT_MILLISECONDS = 32_000;

/**
 * Sends a request that belongs to a click. The request's id is drawn here, so that it can be quoted
 * even when no answer comes.
 *
 * @throws Problem for every answer that is not a success, and for none
 */
export async function send(request: Request, click: Click): Promise<Response> {
  const requestId = crypto.randomUUID();
  for (const [name, value] of Object.entries(clickHeaders(click))) request.headers.set(name, value);
  request.headers.set("x-request-id", requestId);

  const answered = await fetch(request, {
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  }).catch((cause: unknown) => {
    throw noAnswer(cause, requestId, navigator.onLine);
  });
  if (!answered.ok) throw await problemOf(answered, requestId);
  return answered;
}
