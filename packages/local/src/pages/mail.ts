import { html, linked } from "../html/html.ts";
import { SAFE_HEADERS } from "../html/page.ts";
import type { FrontResponse } from "../http/message.ts";
import type { StoredMail } from "../services/index.ts";
import { day, pairs, table, url } from "./format.ts";
import { show, showError } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const mailRoutes: PageRoute[] = [
  { method: "GET", path: "/mail", handle: list },
  { method: "GET", path: "/mail/:id", handle: one },
  { method: "GET", path: "/mail/:id/html", handle: rendered },
];

function list(view: View): FrontResponse {
  const mails = view.cloud.services.ses.listMail();
  const rows = mails
    .toReversed()
    .map((mail) => [
      html`<a href="${url("mail", mail.id)}">${mail.subject || "(no subject)"}</a>`,
      day(mail.at),
      mail.to.join(", "),
      mail.from,
    ]);
  return show(view, mails, {
    title: "Mail",
    lead: "Every mail that the product has sent. No mail leaves this machine.",
    body: table(
      "Mail",
      ["Subject", "Sent (UTC)", "To", "From"],
      rows,
      "No mail yet. Sign up in the product to receive one.",
    ),
  });
}

const find = ({ cloud, params }: View) =>
  cloud.services.ses.listMail().find(({ id }) => id === params.id);

const missing = (view: View) => showError(view, 404, "No such mail.");

function one(view: View): FrontResponse {
  const mail = find(view);
  if (!mail) return missing(view);
  return show(view, mail, {
    title: mail.subject || "(no subject)",
    body: details(mail),
    live: false,
  });
}

function details(mail: StoredMail) {
  const addresses = (["cc", "bcc", "replyTo"] as const).filter((name) => mail[name].length > 0);
  return html`${pairs([
    ["From", mail.from],
    ["To", mail.to.join(", ")],
    ...addresses.map((name): [string, string] => [NAMES[name], mail[name].join(", ")]),
    ["Sent (UTC)", day(mail.at)],
    ["Message id", mail.id],
  ])}
${
  mail.html &&
  html`<h2>HTML</h2>
<iframe class="mail" title="The mail's HTML" src="${url("mail", mail.id, "html")}" sandbox="${SANDBOX}"></iframe>
<details><summary>Source</summary><pre>${mail.html}</pre></details>`
}
${mail.text && html`<h2>Text</h2><pre class="mail">${linked(mail.text)}</pre>`}`;
}

const NAMES = { cc: "Cc", bcc: "Bcc", replyTo: "Reply to" };

/** Links open in an ordinary new tab. Everything else is forbidden. */
const SANDBOX = "allow-popups allow-popups-to-escape-sandbox";

/**
 * The mail's HTML alone, in a separate origin, without scripts, forms or anything from the network, so that
 * tracking pixels do not load.
 */
function rendered(view: View): FrontResponse {
  const mail = find(view);
  if (!mail?.html) return missing(view);
  const policy = `sandbox ${SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'`;
  return {
    status: 200,
    headers: [
      ...SAFE_HEADERS,
      ["content-type", "text/html; charset=utf-8"],
      ["content-security-policy", policy],
    ],
    body: `<!doctype html><base target="_blank">${mail.html}`,
  };
}
