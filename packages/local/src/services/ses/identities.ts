import { InputFault, ServiceFault } from "../protocol/fault.ts";

export type Identities = ReturnType<typeof createIdentities>;

/** Verified senders: addresses, and domains with their subdomains. */
export function createIdentities(region: string) {
  const verified = new Set<string>();
  return {
    add(identity: string): void {
      verified.add(addressOf(identity, "identity").toLowerCase());
    },
    /** Throws SES's MessageRejected for a sender that is not verified. */
    requireVerified(sender: string): void {
      const address = addressOf(sender, "FromEmailAddress").toLowerCase();
      const labels = address.slice(address.lastIndexOf("@") + 1).split(".");
      const domains = labels.map((_, index) => labels.slice(index).join("."));
      if ([address, ...domains].some((identity) => verified.has(identity))) return;
      const message = `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${sender}`;
      throw new ServiceFault("MessageRejected", 400, message);
    },
  };
}

/** The address in `Name <address>`, or the text itself. Throws for text that could inject a header. */
export function addressOf(text: string, parameter: string): string {
  const address = /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
  if (address !== "" && !/[\0-\x1f\x7f]/.test(text) && !/\s/.test(address)) return address;
  throw new InputFault("invalid", parameter, `${parameter}: Invalid address "${text}".`);
}
