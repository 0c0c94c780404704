import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";
import type { Invocation } from "./invoked.ts";

type Segment = {
  name: string;
  type: string;
  trace_id: string;
  parent_id: string;
  start_time: number;
  end_time: number;
  annotations: Record<string, string>;
  error?: boolean;
};

/** What stands beside a function in Lambda: it takes segments by UDP, each after a line of its format. */
async function daemon() {
  const segments: Segment[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (message) => {
    const [format, segment = ""] = message.toString().split("\n");
    expect(JSON.parse(format ?? "")).toEqual({ format: "json", version: 1 });
    segments.push(JSON.parse(segment));
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return { address: `127.0.0.1:${socket.address().port}`, segments };
}

/** A process in the environment that Lambda gives to a function which X-Ray watches. */
function functionProcess(daemonAddress: string) {
  const script = path.join(import.meta.dirname, "invoked.ts");
  const child = spawn(process.execPath, [script], {
    env: {
      ...process.env,
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      LAMBDA_TASK_ROOT: "/var/task",
      AWS_XRAY_DAEMON_ADDRESS: daemonAddress,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** Answers what the process says once it is over. */
  return async (invocation: Invocation): Promise<{ isSdkLoaded: boolean }> => {
    child.stdin.write(`${JSON.stringify(invocation)}\n`);
    return JSON.parse((await lines.next()).value ?? "null");
  };
}

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;
const ACME = "11111111-1111-4111-8111-111111111111";
const GLOBEX = "22222222-2222-4222-8222-222222222222";
const at = (root: string, parent: string, sampled: 0 | 1) =>
  `Root=${root};Parent=${parent};Sampled=${sampled}`;
const ROOT = "1-67456dcb-aaaaaaaaaaaaaaaaaaaaaaaa";
const OTHER_ROOT = "1-67456dcc-bbbbbbbbbbbbbbbbbbbbbbbb";

it("X-Ray finds each invocation that it keeps by its tenant, its request and the trace it belongs to", async () => {
  const { address, segments } = await daemon();
  const invoke = functionProcess(address);

  const acme = { traceparent, tenantId: ACME };
  await invoke({ ...acme, xray: at(ROOT, "00f067aa0ba902b7", 1), requestId: "r-1" });
  await invoke({ ...acme, xray: at(OTHER_ROOT, "00f067aa0ba902b8", 0), requestId: "r-2" });
  await invoke({
    traceparent,
    tenantId: GLOBEX,
    xray: at(OTHER_ROOT, "00f067aa0ba902b9", 1),
    requestId: "r-3",
    fails: true,
  });
  await expect.poll(() => segments).toHaveLength(2);

  expect(segments).toMatchObject([
    {
      name: "## project.export",
      type: "subsegment",
      trace_id: ROOT,
      parent_id: "00f067aa0ba902b7",
      annotations: { tenantId: ACME, requestId: "r-1", traceId: TRACE },
    },
    {
      trace_id: OTHER_ROOT,
      parent_id: "00f067aa0ba902b9",
      annotations: { tenantId: GLOBEX, requestId: "r-3", traceId: TRACE },
      error: true,
    },
  ]);
  expect(segments[0]).not.toHaveProperty("error");
  for (const { start_time, end_time } of segments) {
    expect(start_time).toBeLessThanOrEqual(end_time);
    expect(Math.abs(Date.now() / 1000 - start_time)).toBeLessThan(60);
  }
  expect(JSON.stringify(segments)).not.toContain("hunter2");
});

it("the X-Ray SDK is loaded by the first invocation that X-Ray keeps, and by none before it", async () => {
  const { address } = await daemon();
  const invoke = functionProcess(address);
  const one = { traceparent, tenantId: ACME, requestId: "r-1" };
  const passing = await invoke({ ...one, xray: at(ROOT, "00f067aa0ba902b7", 0) });
  const keeping = await invoke({ ...one, xray: at(OTHER_ROOT, "00f067aa0ba902b8", 1) });
  expect([passing, keeping]).toEqual([{ isSdkLoaded: false }, { isSdkLoaded: true }]);
});
