import { expect, it, onTestFinished, vi } from "vitest";

/** What `work` makes the process write, which in Lambda is what CloudWatch reads. */
async function linesOf(work: () => void): Promise<Record<string, unknown>[]> {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const errors = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  work();
  const lines = [...written.mock.calls, ...errors.mock.calls].map(([line]) => String(line));
  vi.restoreAllMocks();
  return lines.map((line) => JSON.parse(line));
}

const loadNotifier = async () => {
  process.env.POWERTOOLS_SERVICE_NAME = "dead-letters";
  return (await import("../../functions/dead-letters/notifier.ts")).notifier;
};

const token = { tenant: "t", job: "j", epoch: 2 };

it("a job that gave up is a metric with one dimension, and a line that names tenant and job", async () => {
  const notifier = await loadNotifier();
  const [metric, line] = await linesOf(() => notifier.gaveUp(token));
  expect(metric).toMatchObject({
    JobGaveUp: 1,
    service: "dead-letters",
    tenantId: "t",
    jobId: "j",
    _aws: { CloudWatchMetrics: [{ Namespace: "Bulkhead", Dimensions: [["service"]] }] },
  });
  expect(line).toMatchObject({ level: "ERROR", tenantId: "t", jobId: "j" });
});

it("an unreadable dead letter is reported by size and hash, without its content", async () => {
  const notifier = await loadNotifier();
  const lines = await linesOf(() => notifier.unreadable("hunter2", new Error("not JSON")));
  expect(lines[0]).toMatchObject({ DeadLetterUnreadable: 1, bytes: "7" });
  expect(lines[1]).toMatchObject({ level: "ERROR", bytes: "7", sha256: expect.any(String) });
  expect(JSON.stringify(lines)).not.toContain("hunter2");
});
