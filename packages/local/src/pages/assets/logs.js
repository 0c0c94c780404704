// Adds the lines that come to the list, and follows them until it is told not to.

const MOST_LINES = 2_000;
const log = document.querySelector("#log");
const follow = document.querySelector("#follow");
const state = document.querySelector("#state");

const toEnd = () => log.lastElementChild?.scrollIntoView({ block: "end" });

const events = new EventSource(log.dataset.stream);
events.addEventListener("message", ({ data }) => {
  // Finished markup from our own server, which has escaped what is not its own.
  const { body } = new DOMParser().parseFromString(JSON.parse(data), "text/html");
  log.append(...body.childNodes);
  while (log.childElementCount > MOST_LINES) log.firstElementChild.remove();
  if (follow.checked) toEnd();
});
events.addEventListener("open", () => {
  state.textContent = "";
});
events.addEventListener("error", () => {
  state.textContent = "The local cloud does not answer; trying again.";
});
follow.addEventListener("change", () => follow.checked && toEnd());
toEnd();
