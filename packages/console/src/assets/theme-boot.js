// Before the first paint, so that nobody who chose dark is shown light first. Served as it is.
try {
  document.documentElement.dataset.theme = localStorage.getItem("bulkhead.theme") || "system";
} catch {
  // Storage is forbidden: the system's choice it is.
}
