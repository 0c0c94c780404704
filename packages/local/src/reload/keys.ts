const CTRL_C = "\u0003";

/**
 * Calls `act` whenever the key is pressed, where somebody sits at a terminal. Keys come one at a time
 * then, so that the terminal no longer turns Ctrl-C into a signal: that is done here.
 */
export function onKey(key: string, act: () => unknown): void {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  stdin.setRawMode(true);
  stdin.setEncoding("utf8").on("data", (pressed: string) => {
    if (pressed === key) act();
    if (pressed === CTRL_C) process.kill(process.pid, "SIGINT");
  });
  stdin.unref();
}
