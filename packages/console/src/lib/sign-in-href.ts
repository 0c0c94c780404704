/** The sign-in page, with the current page as `?next=`. */
export function signInHref(): string {
  const current = location.pathname + location.search + location.hash;
  return current === "/" ? "/sign-in/" : `/sign-in/?next=${encodeURIComponent(current)}`;
}

/** The target of `?next=`, or the overview unless it is a page of this origin. */
export function nextHref(search: string, origin: string): string {
  const next = new URLSearchParams(search).get("next");
  if (!next) return "/";
  const url = URL.canParse(next, origin) ? new URL(next, origin) : undefined;
  return url?.origin === origin ? url.pathname + url.search + url.hash : "/";
}
