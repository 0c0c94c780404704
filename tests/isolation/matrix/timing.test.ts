import { describe, expect, it } from "vitest";
import { likeness } from "./timing.ts";

const spread = (from: number) =>
  Array.from({ length: 400 }, (_, index) => from + (index % 100) / 100);

describe("the likeness of two samples of times", () => {
  it("is 1 for the same, 0 for what never overlaps, and in between for what does", () => {
    expect(likeness(spread(1), spread(1))).toBe(1);
    expect(likeness(spread(1), spread(3))).toBe(0);
    expect(likeness(spread(3), spread(1))).toBe(0);
    expect(likeness(spread(1), spread(1.1))).toBeCloseTo(0.81, 2);
  });

  it("does not mind a few outliers", () => {
    const disturbed = spread(1).map((value, index) => (index % 50 === 0 ? value * 1_000 : value));
    expect(likeness(disturbed, spread(1))).toBeGreaterThan(0.96);
  });
});
