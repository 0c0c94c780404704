import type { Readable } from "node:stream";

/** Calls `receive` with each complete line of a stream. */
export function eachLine(stream: Readable | null, receive: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim()) receive(line.trimEnd());
  });
  stream?.on("end", () => {
    if (rest.trim()) receive(rest.trimEnd());
  });
}
