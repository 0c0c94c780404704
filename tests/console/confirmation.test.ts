import { expect, it } from "vitest";
import type { Mutation } from "../../packages/console/src/lib/mutation.ts";
import { Problem } from "../../packages/console/src/lib/problem.ts";
import { createConfirmation } from "../../packages/console/src/ui/confirmation.ts";

function opened() {
  const requests: (PromiseWithResolvers<void> & { key: string })[] = [];
  const events: string[] = [];
  const props = {
    click: "api_key.revoke",
    target: "1",
    run({ idempotencyKey }: Mutation) {
      const request = { key: idempotencyKey, ...Promise.withResolvers<void>() };
      requests.push(request);
      return request.promise;
    },
    onOpenChange: (open: boolean) => void events.push(open ? "open" : "closed"),
    done: () => void events.push("done"),
  };
  return { props, requests, events, confirmation: createConfirmation(props) };
}

const unavailable = new Problem({ status: 503, code: "busy", detail: "Busy.", requestId: "r" });

it("a confirmation can't be cancelled while its request is pending, and is sent once", async () => {
  const { confirmation, requests, events } = opened();
  const confirmed = confirmation.confirm();
  void confirmation.confirm();
  confirmation.cancel();
  expect(events).toEqual([]);
  expect(requests).toHaveLength(1);
  requests[0]?.resolve();
  await confirmed;
  expect(events).toEqual(["closed", "done"]);
  expect(confirmation.busy()).toBe(false);
});

it("a cancelled confirmation forgets its problem", async () => {
  const { confirmation, requests, events } = opened();
  const confirmed = confirmation.confirm();
  requests[0]?.reject(unavailable);
  await confirmed;
  expect(confirmation.problem()).toBe(unavailable);
  confirmation.cancel();
  expect(confirmation.problem()).toBeUndefined();
  expect(events).toEqual(["closed"]);
});

it("a confirmation keeps its key through retries, and another target has another key", async () => {
  const { props, confirmation, requests } = opened();
  for (const target of ["1", "1", "2"]) {
    props.target = target;
    const confirmed = confirmation.confirm();
    requests.at(-1)?.reject(unavailable);
    await confirmed;
  }
  const [first, retry, other] = requests.map(({ key }) => key);
  expect(retry).toBe(first);
  expect(other).not.toBe(first);
});
