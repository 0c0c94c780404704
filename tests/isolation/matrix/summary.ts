import type { Cell, Report } from "./matrix.ts";

/** The matrix as a person reads it: a line for each operation, and what it was attacked with. */
export function summaryOf({ cells, violations }: Report): string {
  const credentials = new Set(cells.map(({ credential }) => credential));
  const lines = [...Map.groupBy(cells, ({ operation }) => operation)].map(lineOf);
  const width = Math.max(...lines.map(([operation]) => operation.length));
  return [
    ...lines.map(
      ([operation, attacks, positions, statuses]) =>
        `${operation.padEnd(width)}  ${attacks.padStart(4)}  ${statuses.padEnd(31)}  ${positions}`,
    ),
    `${sum(cells.map(attacksIn))} attacks on ${lines.length} operations with ${credentials.size} credentials: ${[...credentials].join(", ")}.`,
    `${violations.length} violations.`,
  ].join("\n");
}

function lineOf([operation, cells]: [string, Cell[]]): [string, string, string, string] {
  const positions = new Set(cells.flatMap(({ positions }) => Object.keys(positions)));
  const statuses = new Set(cells.flatMap(({ statuses }) => statuses));
  return [
    operation,
    String(sum(cells.map(attacksIn))),
    [...positions].join(", "),
    [...statuses].toSorted().join(" "),
  ];
}

const attacksIn = ({ positions }: Cell) => sum(Object.values(positions));
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
