export type StoredMail = {
  id: string;
  /** ISO 8601. */
  at: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  replyTo: string[];
  subject: string;
  /** Empty when the mail has no such part. */
  text: string;
  html: string;
};
