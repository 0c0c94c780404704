/** An element with text, or with elements in it. Undefined values are left out. */
export type XmlContent = string | number | boolean | undefined | readonly string[];

export function element(name: string, content: XmlContent): string {
  if (content === undefined) return "";
  const inner = Array.isArray(content) ? content.join("") : escapeText(String(content));
  return `<${name}>${inner}</${name}>`;
}

export const xmlDocument = (root: string) => `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;

/** Control characters become references, as in S3. A client that can't parse them uses `encoding-type=url`. */
const escapeText = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are escaped
  text.replace(/[&<>"\0-\x1f\x7f]/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`);
