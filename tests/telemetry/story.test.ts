import { Logger } from "@aws-lambda-powertools/logger";
import {
  currentTraceparent,
  inWork,
  logger,
  outsideWork,
  parseTraceparent,
} from "@bulkhead/telemetry";
import { describe, expect, it } from "vitest";
import { currentFrame, end } from "../../packages/telemetry/src/trace/in-work.ts";
import { newSpan } from "../../packages/telemetry/src/trace/span.ts";
import { collector } from "./collector.ts";
import { faultOf, spanFaultOf, written } from "./emitted.ts";
import { canaries, scene, tell } from "./story.ts";
import { exporting } from "./support.ts";

describe("the whole story", () => {
  it("leaves no line, metric or span without tenant, request and trace, and tells no secret", async () => {
    const secret = canaries();
    const sink = await collector();
    const collectorKey = `key${secret.body}`;
    const { flush } = exporting(sink.endpoint, "product", {
      OTEL_EXPORTER_OTLP_HEADERS: `x-team=${collectorKey}`,
    });
    const product = await scene(secret);
    const log = written();

    const { traceId, found } = await tell(product, secret);
    await flush();
    const lines = log.lines();
    const spans = sink.spans();

    expect(lines.flatMap((line) => faultOf(line) ?? [])).toEqual([]);
    expect(spans.flatMap((span) => spanFaultOf(span, spans) ?? [])).toEqual([]);
    expect(
      secretsIn(log.text() + sink.requests.map(({ body }) => body).join(), {
        ...secret,
        ...found,
        collectorKey,
      }),
    ).toEqual([]);

    // It was told whole: every kind of work, every kind of line.
    const messages = lines.map(({ message }) => message);
    for (const message of [
      "request failed",
      "job attempt failed",
      "job gave up",
      "job token invalid",
      "dead letter unreadable",
      "job done",
      "an idle connection was closed",
      "schema migrated",
    ]) {
      expect(messages).toContain(message);
    }
    expect(lines.filter((line) => "_aws" in line).map((line) => Object.keys(line).at(-1))).toEqual(
      expect.arrayContaining(["JobGaveUp", "DeadLetterUnreadable"]),
    );
    const owned = (name: string) => spans.filter((span) => span.name.startsWith(name));
    for (const span of [...owned("GET /v1/projects"), ...owned("process "), ...owned("send ")]) {
      if (Number(span.attributes["http.response.status_code"] ?? 200) < 300) {
        expect(span.attributes["tenant.id"], span.name).toBeDefined();
      }
    }

    // One tree, from the click to the worker's last statement.
    const tree = spans.filter((span) => span.traceId === traceId);
    const byId = new Map(tree.map((span) => [span.spanId, span]));
    const pathOf = (span: (typeof tree)[number]): string => {
      const parent = byId.get(span.parentSpanId ?? "");
      return parent ? `${pathOf(parent)} > ${span.name}` : span.name;
    };
    const paths = tree.map(pathOf);
    const request = "click export project > POST /v1/projects/:id/exports > send project.export";
    expect(paths).toEqual(
      expect.arrayContaining([
        `${request} > transaction > app.enqueue`,
        `${request} > process project.export > transaction > app.complete_job`,
      ]),
    );
    expect(paths.every((path) => path.startsWith("click export project"))).toBe(true);
    expect(new Set(tree.map(({ attributes }) => attributes["tenant.id"])).size).toBe(1);
  });
});

/** Which of them can be read in what was emitted. */
const secretsIn = (text: string, secrets: Record<string, string>) =>
  Object.entries(secrets).flatMap(([name, value]) =>
    value.length > 8 && text.includes(value)
      ? [name]
      : value.length > 8
        ? []
        : [`${name} is empty`],
  );

describe("this test", () => {
  const work = { name: "sweep", kind: "consumer", scope: "sweep", requestId: "r-1" } as const;

  it("finds a line without labels, and one that a library prints to the console", async () => {
    const log = written();
    await inWork(work, async () => new Logger().info("by a logger of one's own"));
    await inWork(work, async () => console.error(new Error("printed")));
    await inWork(work, async () => logger.info("by ours"));
    outsideWork(() => logger.info("while no request is served"));
    expect(log.lines().map(faultOf)).toEqual([
      expect.stringContaining("no tenant"),
      expect.stringContaining("printed"),
      undefined,
      undefined,
    ]);
  });

  it("finds a span outside of its parent, or below none", async () => {
    const sink = await collector();
    const { flush } = exporting(sink.endpoint, "product");
    await inWork(work, async () => {
      const frame = currentFrame();
      if (!frame) return;
      end(
        frame.work,
        newSpan("too early", "internal", frame.span.id, {}, performance.now() - 5_000),
      );
      end(frame.work, newSpan("astray", "internal", "00f067aa0ba902b7"));
    });
    await flush();
    const spans = sink.spans();
    expect(spans.flatMap((span) => spanFaultOf(span, spans) ?? [])).toEqual([
      "too early of product lies outside of sweep",
      "astray of product has a parent that is in no trace of its own",
    ]);
  });

  it("finds work within work inside of it, though the time of day has whole milliseconds", async () => {
    const sink = await collector();
    const { flush } = exporting(sink.endpoint, "product");
    for (let each = 0; each < 40; each++) {
      await inWork({ ...work, name: "whole" }, async () => {
        const parent = parseTraceparent(currentTraceparent());
        await inWork({ ...work, name: "part", parent }, async () => {});
      });
    }
    await flush();
    const spans = sink.spans();
    expect(spans).toHaveLength(80);
    expect(spans.flatMap((span) => spanFaultOf(span, spans) ?? [])).toEqual([]);
  });

  it("finds a secret under an innocent name", async () => {
    const { address, password, authorization } = canaries();
    const log = written();
    await inWork(work, async () =>
      logger.info("note", { note: password, to: address, said: `Bearer ${authorization}` }),
    );
    expect(secretsIn(log.text(), { address, password, authorization })).toEqual(["password"]);
  });
});
