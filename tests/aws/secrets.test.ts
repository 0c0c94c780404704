import { createSecrets } from "@bulkhead/aws/secrets";
import { describe, expect, it, vi } from "vitest";

const ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:bulkhead/auth-a1B2c3";

describe("a secret", () => {
  it("is fetched once a process, however many ask at once", async () => {
    const fetch = vi.fn(async () => "value");
    const read = createSecrets(fetch);

    expect(await Promise.all([read(ARN), read(ARN), read(ARN)])).toEqual([
      "value",
      "value",
      "value",
    ]);
    await read(ARN);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it("is asked for again after a failure", async () => {
    const fetch = vi.fn().mockRejectedValueOnce(new Error("throttled")).mockResolvedValue("value");
    const read = createSecrets(fetch);

    await expect(read(ARN)).rejects.toThrow("throttled");
    expect(await read(ARN)).toBe("value");
  });

  it("that waits for its value is refused by name, and taken once it is there", async () => {
    const fetch = vi.fn().mockResolvedValueOnce("REPLACE_ME_STRIPE").mockResolvedValue("value");
    const read = createSecrets(fetch);

    await expect(read(ARN)).rejects.toThrow(/bulkhead\/auth has no value/);
    expect(await read(ARN)).toBe("value");
  });
});
