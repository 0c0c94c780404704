import { html, linked } from "../html/html.ts";
import { SAFE_HEADERS } from "../html/page.ts";
import type { FrontResponse } from "../http/message.ts";
import type { StoredMail } from "../services/index.ts";
import { day, pairs, table, url } from "./format.ts";
import { show, showError } from "./respond.ts";
import type { PageRoute, View } from "./route.ts";

export const mailRoutes: PageRoute[] = [
  { method: "GET", path: "/mail", answer: list },
  { method: "GET", path: "/mail/:id", answer: one },
  { method: "GET", path: "/mail/:id/html", answer: rendered },
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
    lead: "All that the product has sent. No letter leaves this machine.",
    body: table(
      "Letters",
      ["Subject", "Sent (UTC)", "To", "From"],
      rows,
      "No letter has been sent. Sign up in the product, and its first one lies here.",
    ),
  });
}

const find = ({ cloud, params }: View) =>
  cloud.services.ses.listMail().find(({ id }) => id === params.id);

const missing = (view: View) => showError(view, 404, "There is no such letter.");

function one(view: View): FrontResponse {
  const mail = find(view);
  if (!mail) return missing(view);
  return show(view, mail, {
    title: mail.subject || "(no subject)",
    body: letter(mail),
    live: false,
  });
}

function letter(mail: StoredMail) {
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
  html`<h2>As it is shown</h2>
<iframe class="letter" title="The letter's HTML" src="${url("mail", mail.id, "html")}" sandbox="${SANDBOX}"></iframe>
<details><summary>Source</summary><pre>${mail.html}</pre></details>`
}
${mail.text && html`<h2>As text</h2><pre class="letter">${linked(mail.text)}</pre>`}`;
}

const NAMES = { cc: "Cc", bcc: "Bcc", replyTo: "Reply to" };

/** Links open in a tab of their own, which is an ordinary one. Nothing else of a page's powers is given. */
const SANDBOX = "allow-popups allow-popups-to-escape-sandbox";

/**
 * The letter alone, in an origin of its own, without scripts, forms or anything from the network: a
 * picture that tells its sender who has read it stays unseen.
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
