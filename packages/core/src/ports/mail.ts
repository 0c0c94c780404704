/**
 * Sends to any address. A mail for a tenant takes its address and its content from the opened context, read by
 * statements of ours. No verb and no handler is given this port; one that needs it gets it bound to its tenant.
 */
export type Mail = { send(to: string, subject: string, text: string): Promise<void> };
