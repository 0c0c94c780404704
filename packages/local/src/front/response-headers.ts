import type { FrontResponse } from "../http/message.ts";

/** A header of a response headers policy. With `override` it replaces the origin's header. */
export type AddedHeader = { name: string; value: string; override: boolean };

export function withHeaders(response: FrontResponse, added: readonly AddedHeader[]): FrontResponse {
  if (response.isLocalPage) return response;
  const present = new Set(response.headers.map(([name]) => name.toLowerCase()));
  const applied = added.filter(({ name, override }) => override || !present.has(name));
  const names = new Set(applied.map(({ name }) => name));
  return {
    ...response,
    headers: [
      ...response.headers.filter(([name]) => !names.has(name.toLowerCase())),
      ...applied.map(({ name, value }): [string, string] => [name, value]),
    ],
  };
}
