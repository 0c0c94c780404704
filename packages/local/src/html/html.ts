/** Markup that is safe to send: everything variable in it has been escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a page's template. Nothing, `false` and an empty list show nothing. */
export type Part = Html | string | number | false | null | undefined | readonly Part[];

/**
 * A piece of a page. Whatever is put in is escaped, in text and in quoted attributes; only other
 * pieces go in as they are. Unquoted attributes and the address of a link are the template's to
 * watch over.
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

/** Text with its web addresses as links that tell nobody where they were found. */
export function linked(text: string): Html {
  const pieces = text.split(/(https?:\/\/[^\s<>"']+)/);
  return html`${pieces.map((piece, at) =>
    at % 2 === 1
      ? html`<a href="${piece}" target="_blank" rel="noreferrer noopener">${piece}</a>`
      : piece,
  )}`;
}
