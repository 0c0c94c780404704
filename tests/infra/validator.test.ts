import { expect, it, onTestFinished, vi } from "vitest";
import { findStage } from "../../infra/stages.ts";
import { synthesize } from "./synthesize.ts";

it("a synth of prod with a dedicated database has no open finding, also by the CDK's own rules", () => {
  vi.stubEnv("CDK_VALIDATION", "true");
  onTestFinished(() => void vi.unstubAllEnvs());
  const database = { ...findStage("prod").database, readers: 0 };
  const { failure } = synthesize("prod", {}, { dedicated: [{ name: "harbour", database }] });
  expect(failure).toBe("");
});
