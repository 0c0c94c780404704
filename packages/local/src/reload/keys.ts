const CTRL_C = "\u0003";

/**
 * Calls `act` when the key is pressed, if standard input is a terminal. In raw mode the terminal does not
 * turn Ctrl-C into a signal, so that is done here.
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
