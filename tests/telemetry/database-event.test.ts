import { inWork, reportDatabase, setIdentity } from "@bulkhead/telemetry";
import { expect, it } from "vitest";
import { faultOf, written } from "./emitted.ts";

const EVENTS = [
  [{ name: "role settings cleared", settings: ["work_mem"] }, "RoleSettingsCleared"],
  [{ name: "session terminated", pid: 7, ageSeconds: 31 }, "SessionTerminated"],
] as const;

it.each(EVENTS)(
  "%o of a database is logged and counted, outside of the request that found it",
  async (event, metric) => {
    const output = written();
    const tenantId = "0198a0b0-0000-7000-8000-000000000000";
    const work = {
      name: "GET /",
      kind: "server",
      scope: "unidentified",
      requestId: "request",
    } as const;
    await inWork(work, async () => {
      setIdentity({ tenantId, actor: "user:ada" });
      reportDatabase(event);
    });
    const { name, ...details } = event;
    const [line, counted] = output.lines();
    expect(line).toMatchObject({ level: "WARN", message: name, ...details });
    expect(counted).toMatchObject({ [metric]: 1 });
    for (const each of [line, counted]) {
      expect(each).not.toMatchObject({ tenantId });
      expect(faultOf(each ?? {})).toBeUndefined();
    }
  },
);
