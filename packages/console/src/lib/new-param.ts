/** Whether the URL has `?new`, which opens the dialog to create something. Removes it: a reload opens none. */
export function takeNewParam(): boolean {
  const url = new URL(location.href);
  if (!url.searchParams.has("new")) return false;
  url.searchParams.delete("new");
  history.replaceState(history.state, "", url);
  return true;
}
