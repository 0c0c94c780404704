/**
 * OTEL_EXPORTER_OTLP_HEADERS: `name=value,name=value`, the values percent-encoded.
 *
 * @throws Error that says what is wrong and repeats nothing: the values are keys
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
export function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of text.split(",").map((one) => one.trim())) {
    if (!pair) continue;
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw new Error("The collector's headers are not `name=value,name=value`.");
    }
    headers[name.toLowerCase()] = decodeURIComponent(value);
  }
  return headers;
}
