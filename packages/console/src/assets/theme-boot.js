// Runs before the first paint, so that a dark theme is never painted light first. Served unbundled.
try {
  document.documentElement.dataset.theme = localStorage.getItem("bulkhead.theme") || "system";
} catch {
  // Storage is blocked: the system theme applies.
}
