// Appends new lines to the list, and scrolls to them while Follow is checked.

const MAXIMUM_LINES = 2_000;
const log = document.querySelector("#log");
const follow = document.querySelector("#follow");
const state = document.querySelector("#state");

const toEnd = () => log.lastElementChild?.scrollIntoView({ block: "end" });

const events = new EventSource(log.dataset.stream);
events.addEventListener("message", ({ data }) => {
  // Rendered markup from our own server, which has escaped all variable parts.
  const { body } = new DOMParser().parseFromString(JSON.parse(data), "text/html");
  log.append(...body.childNodes);
  while (log.childElementCount > MAXIMUM_LINES) log.firstElementChild.remove();
  if (follow.checked) toEnd();
});
events.addEventListener("open", () => {
  state.textContent = "";
});
events.addEventListener("error", () => {
  state.textContent = "Connection lost. Reconnecting.";
});
follow.addEventListener("change", () => follow.checked && toEnd());
toEnd();
