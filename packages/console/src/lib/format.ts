const DAY_SECONDS = 86_400;
const UNITS: [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["year", 365 * DAY_SECONDS],
  ["month", 30 * DAY_SECONDS],
  ["week", 7 * DAY_SECONDS],
  ["day", DAY_SECONDS],
  ["hour", 3_600],
  ["minute", 60],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const absolute = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** "3 minutes ago", "in 2 days", "just now". */
export function relativeTime(iso: string, now = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  if (unit === "second") return "just now";
  return relative.format(Math.round(seconds / size), unit);
}

export const absoluteTime = (iso: string): string => absolute.format(new Date(iso));

export function formatBytes(count: number): string {
  if (count < 1_000) return `${count} bytes`;
  if (count < 1_000_000) return `${number.format(count / 1_000)} kB`;
  return `${number.format(count / 1_000_000)} MB`;
}

/** The time between two moments: "1.3 s", "5 min". */
export function duration(from: string, to: string | number): string {
  const seconds = Math.max(0, new Date(to).getTime() - Date.parse(from)) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** `project.export` becomes "Project export". */
export function humanize(code: string): string {
  const text = code.replaceAll(/[._]/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Browser and operating system, from the user agent. */
export function deviceName(userAgent: string | null): string {
  const agent = userAgent ?? "";
  const first = (names: [RegExp, string][]) => names.find(([sign]) => sign.test(agent))?.[1];
  const browser = first([
    [/Edg\//, "Edge"],
    [/OPR\//, "Opera"],
    [/Firefox\//, "Firefox"],
    [/Chrome\//, "Chrome"],
    [/Safari\//, "Safari"],
    [/curl\//, "curl"],
  ]);
  const system = first([
    [/iPhone|iPad/, "iOS"],
    [/Android/, "Android"],
    [/Windows/, "Windows"],
    [/Mac OS X/, "macOS"],
    [/Linux/, "Linux"],
  ]);
  if (!browser) return "Unknown device";
  return system ? `${browser} on ${system}` : browser;
}
