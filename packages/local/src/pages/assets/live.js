// Shows a page anew every two seconds, while somebody looks and nobody types. What is open stays open.

const SUFFIX = " · local cloud";
const EVERY_MILLISECONDS = 2_000;
const main = document.querySelector("main");

const isTyping = () => main.contains(document.activeElement) && document.activeElement !== main;
const details = () => [...main.querySelectorAll("details")];

async function refresh() {
  if (document.hidden || isTyping() || !getSelection().isCollapsed) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  // A page that stood for one of the product's, which is there again.
  if (!next.title.endsWith(SUFFIX)) return location.reload();
  if (next.title !== document.title) return;
  const fresh = next.querySelector("main");
  // What was open is opened, where the page still has as much to open: otherwise rows have moved.
  const open = details().map((each) => each.open);
  const found = [...fresh.querySelectorAll("details")];
  if (found.length !== open.length) {
    if (open.some(Boolean)) return;
  } else {
    for (const [at, each] of found.entries()) each.open = open[at];
  }
  if (fresh.innerHTML === main.innerHTML || isTyping()) return;
  main.replaceChildren(...fresh.childNodes);
}

// Nobody answers while the local cloud is stopped: it is asked again.
setInterval(() => refresh().catch(() => {}), EVERY_MILLISECONDS);
