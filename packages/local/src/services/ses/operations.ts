import { InputFault } from "../protocol/fault.ts";
import {
  type JsonInput,
  optionalObject,
  optionalText,
  refuseOthers,
  text,
  texts,
} from "../protocol/input.ts";
import type { ServiceOperation } from "../protocol/json-service.ts";
import { addressOf, type Identities } from "./identities.ts";
import type { Mailbox } from "./mailbox.ts";

/** SES's limit for the recipients of one message. */
const MOST_RECIPIENTS = 50;

const PARAMETERS = ["FromEmailAddress", "Destination", "ReplyToAddresses", "Content"];

/** The operations of SES v2 that the local cloud implements; all others are refused by name. */
export const sesOperations = (
  identities: Identities,
  mailbox: Mailbox,
): Record<string, ServiceOperation> => ({
  SendEmail(input) {
    refuseOthers(input, PARAMETERS, "SendEmail");
    const from = text(input, "FromEmailAddress");
    const recipients = recipientsOf(input);
    const content = simpleContent(input);
    identities.requireVerified(from);
    const replyTo = addresses(input, "ReplyToAddresses");
    return { MessageId: mailbox.add({ from, ...recipients, replyTo, ...content }) };
  },
});

function recipientsOf(input: JsonInput) {
  const destination = optionalObject(input, "Destination") ?? {};
  refuseOthers(destination, ["ToAddresses", "CcAddresses", "BccAddresses"], "Destination");
  const to = addresses(destination, "ToAddresses");
  const cc = addresses(destination, "CcAddresses");
  const bcc = addresses(destination, "BccAddresses");
  const count = to.length + cc.length + bcc.length;
  if (count >= 1 && count <= MOST_RECIPIENTS) return { to, cc, bcc };
  const message = `Recipient count must be between 1 and ${MOST_RECIPIENTS}, not ${count}.`;
  throw new InputFault("invalid", "Destination", message);
}

function addresses(input: JsonInput, name: string): string[] {
  const list = texts(input, name);
  for (const address of list) {
    if (!/^[^@]+@[^@]+$/.test(addressOf(address, name))) {
      throw new InputFault("invalid", name, `${name}: Missing final '@domain' in "${address}".`);
    }
  }
  return list;
}

/** Simple content: a subject with text, HTML or both. Raw and Template are refused by name. */
function simpleContent(input: JsonInput) {
  const content = optionalObject(input, "Content") ?? {};
  refuseOthers(content, ["Simple"], "Content");
  const simple = optionalObject(content, "Simple");
  if (!simple) throw new InputFault("missing", "Content.Simple", "Content.Simple is missing.");
  refuseOthers(simple, ["Subject", "Body"], "Content.Simple");
  const body = optionalObject(simple, "Body") ?? {};
  refuseOthers(body, ["Text", "Html"], "Content.Simple.Body");
  const parts = { text: part(body, "Text"), html: part(body, "Html") };
  if (parts.text === undefined && parts.html === undefined) {
    throw new InputFault("missing", "Body", "Content.Simple.Body needs Text or Html.");
  }
  const subject = part(simple, "Subject");
  if (subject === undefined || /[\r\n]/.test(subject)) {
    throw new InputFault("invalid", "Subject", "Content.Simple.Subject must be one line.");
  }
  return { subject, text: parts.text ?? "", html: parts.html ?? "" };
}

function part(input: JsonInput, name: string): string | undefined {
  const content = optionalObject(input, name);
  if (!content) return undefined;
  refuseOthers(content, ["Data", "Charset"], name);
  const charset = optionalText(content, "Charset") ?? "UTF-8";
  if (!/^(utf-8|us-ascii)$/i.test(charset)) {
    throw new InputFault("unsupported", "Charset", `The Charset ${charset} is not implemented.`);
  }
  const data = optionalText(content, "Data");
  if (data === undefined) throw new InputFault("missing", "Data", `${name}.Data is missing.`);
  return data;
}
