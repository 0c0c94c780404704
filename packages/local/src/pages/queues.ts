import { type Html, html } from "../html/html.ts";
import type { FrontResponse } from "../http/message.ts";
import type { ListedMessage, Queue } from "../services/index.ts";
import { button, day, pairs, plural, pretty, table, url } from "./format.ts";
import { redirect, show, showError } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const queueRoutes: PageRoute[] = [
  { method: "GET", path: "/queues", handle: list },
  { method: "GET", path: "/queues/:name", handle: one },
  { method: "POST", path: "/queues/:name/purge", handle: purge },
  { method: "POST", path: "/queues/:name/redrive", handle: redrive },
];

/** Shown on a queue's page. */
const MESSAGES = 100;

function list(view: View): FrontResponse {
  const queues = view.cloud.services.sqs.list();
  const rows = queues.map(({ name, visible, inFlight, delayed }) => [
    html`<a href="${url("queues", name)}">${name}</a>`,
    visible,
    inFlight,
    delayed,
  ]);
  return show(view, queues, {
    title: "Queues",
    lead: "Messages that are visible, in flight or delayed.",
    body: table(
      "Queues",
      ["Queue", "Visible", "In flight", "Delayed"],
      rows,
      "The templates have no queue.",
    ),
  });
}

function find({ cloud, params }: View): Queue | undefined {
  const found = cloud.services.sqs.list().find(({ name }) => name === params.name);
  return found && cloud.services.sqs.queue(found.arn);
}

const missing = (view: View) => showError(view, 404, "No such queue.");

function one(view: View): FrontResponse {
  const queue = find(view);
  if (!queue) return missing(view);
  const messages = queue.list(MESSAGES);
  const stats = queue.stats();
  const total = stats.visible + stats.inFlight + stats.delayed;
  const deadLetters = messages.some(({ deadLetterSource }) => deadLetterSource);
  return show(
    view,
    { ...stats, spec: queue.spec, messages },
    {
      title: queue.name,
      body: html`${settings(queue)}
<div class="actions">
${total > 0 && button(url("queues", queue.name, "purge"), "Delete all messages")}
${deadLetters && button(url("queues", queue.name, "redrive"), "Redrive dead letters")}
</div>
<h2>${plural(total, "message")}</h2>
${total > MESSAGES && html`<p>Showing the oldest ${MESSAGES}.</p>`}
${table(
  "Messages",
  ["Sent (UTC)", "State", "Visible at (UTC)", "Received", "Group", "Message"],
  messages.map((message) => [
    day(message.sentAt),
    message.state,
    day(message.visibleAt),
    message.receiveCount,
    message.groupId,
    contents(message),
  ]),
  "No messages.",
)}`,
    },
  );
}

const settings = ({ arn, spec }: Queue) =>
  pairs([
    ["ARN", arn],
    ["Visibility timeout", `${spec.visibilityTimeoutSeconds} s`],
    ["Retention", `${spec.retentionSeconds / 3600} h`],
    [
      "Dead-letter queue",
      spec.redrive
        ? html`after ${plural(spec.redrive.maxReceiveCount, "receive")}: <a href="${url(
            "queues",
            spec.redrive.deadLetterQueueArn.split(":").at(-1) ?? "",
          )}">${spec.redrive.deadLetterQueueArn.split(":").at(-1)}</a>`
        : "none",
    ],
  ]);

function contents(message: ListedMessage): Html {
  const attributes = Object.entries(message.attributes).map(([name, value]): [string, string] => [
    name,
    value.StringValue ?? `${value.BinaryValue} (base64)`,
  ]);
  const system: [string, string | undefined][] = [
    ["Message id", message.messageId],
    ["Trace header", message.traceHeader],
    ["Dead letter of", message.deadLetterSource],
  ];
  const given = system.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return html`<details><summary><code>${message.body.slice(0, 100)}</code></summary>
<pre>${pretty(message.body)}</pre>${pairs([...attributes, ...given])}</details>`;
}

function purge(view: View): FrontResponse {
  const queue = find(view);
  if (!queue) return missing(view);
  queue.purge();
  return redirect(view, queue.stats(), url("queues", queue.name));
}

function redrive(view: View): FrontResponse {
  const queue = find(view);
  if (!queue) return missing(view);
  const moved = view.cloud.services.sqs.redrive(queue.arn);
  return redirect(view, { moved }, url("queues", queue.name));
}
