/**
 * A workspace's slug: lower-case letters, digits and hyphens, at most 63 characters, as the database
 * requires. Four random characters keep slugs of equal names apart.
 */
export function slugOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 56);
  const random = crypto.getRandomValues(new Uint8Array(4));
  const suffix = Array.from(random, (byte) => (byte % 36).toString(36)).join("");
  return `${plain || "workspace"}-${suffix}`;
}
