/** Whether the address asks for something new (`?new`). Once: a reload doesn't ask again. */
export function isNewWanted(): boolean {
  const url = new URL(location.href);
  if (!url.searchParams.has("new")) return false;
  url.searchParams.delete("new");
  history.replaceState(history.state, "", url);
  return true;
}
