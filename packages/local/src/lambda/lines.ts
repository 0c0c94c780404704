import type { Readable } from "node:stream";

/** Hands on what a process writes, a whole line a call. */
export function eachLine(stream: Readable | null, take: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim()) take(line.trimEnd());
  });
  stream?.on("end", () => {
    if (rest.trim()) take(rest.trimEnd());
  });
}
