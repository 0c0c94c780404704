import { describe, expect, it } from "vitest";
import type { Script } from "./script.ts";
import { newStage } from "./stage.ts";

const ownSetting = (setting: string) =>
  `alter role bulkhead_{role} in database {database} set ${setting}`;

const played = async (script: Script) => (await newStage()).play(script);

describe("a script that once did harm", () => {
  it("a setting of the role's own reaches no later connection", async () => {
    const statements = [ownSetting("work_mem = '64kB'"), ownSetting("jit = off")];
    expect(
      await played([{ do: "inject", purpose: "project:read", statements }, { do: "reconnect" }]),
    ).toBeUndefined();
  });

  it("nor does one beside a setting that can't be reset", async () => {
    const statements = [ownSetting("transaction_read_only = on"), ownSetting("work_mem = '64kB'")];
    expect(
      await played([{ do: "inject", purpose: "project:write", statements }, { do: "reconnect" }]),
    ).toBeUndefined();
  });
});
