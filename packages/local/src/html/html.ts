/** Markup in which every variable part has been escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A variable part of a template. Null, undefined, `false` and an empty list render as nothing. */
export type Part = Html | string | number | false | null | undefined | readonly Part[];

/**
 * Markup from a template. Parts are escaped for text and quoted attributes, except nested Html. The template
 * must not put parts into unquoted attributes, and must check the address of a link.
 */
export const html = (literal: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(literal.map((text, at) => text + render(parts[at])).join(""));

function render(part: Part): string {
  if (part === undefined || part === null || part === false) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(render).join("");
  return escaped(String(part));
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? "");

/** Text with its web addresses as links, which send no referrer. */
export function linked(text: string): Html {
  const pieces = text.split(/(https?:\/\/[^\s<>"']+)/);
  return html`${pieces.map((piece, at) =>
    at % 2 === 1
      ? html`<a href="${piece}" target="_blank" rel="noreferrer noopener">${piece}</a>`
      : piece,
  )}`;
}
