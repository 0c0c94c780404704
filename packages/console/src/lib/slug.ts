/**
 * An address for a name: lower-case letters, digits and hyphens, at most 63, as the database wants it.
 * Four random characters keep two companies of one name apart.
 */
export function slugOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 56);
  const drawn = crypto.getRandomValues(new Uint8Array(4));
  const tail = Array.from(drawn, (byte) => (byte % 36).toString(36)).join("");
  return `${plain || "workspace"}-${tail}`;
}
