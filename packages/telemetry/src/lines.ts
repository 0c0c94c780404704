import { LogFormatter, LogItem } from "@aws-lambda-powertools/logger";
import { labels } from "./trace/in-work.ts";

type Given = Parameters<LogFormatter["formatAttributes"]>;

/**
 * A line: what happened, and the labels of the work it comes of. `xray_trace_id` is Powertools' own name for what
 * X-Ray calls the invocation. The line's own fields come last and take precedence.
 */
export class LabelledLines extends LogFormatter {
  override formatAttributes(...[attributes, more]: Given): LogItem {
    const line = new LogItem({
      attributes: {
        level: attributes.logLevel,
        message: attributes.message,
        timestamp: this.formatTimestamp(attributes.timestamp),
        service: attributes.serviceName,
        ...labels(),
        xray_trace_id: attributes.xRayTraceId,
      },
    });
    return line.addAttributes(more);
  }
}
