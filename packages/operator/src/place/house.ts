import type { ClientConfig } from "pg";
import { Fault } from "../fault.ts";
import { type Asked, openSession, type Session } from "./session.ts";

/** The databases that a tenant may live in: `home` and the dedicated ones. */
export type House = {
  names: string[];
  /** @throws Fault for a name that is not configured */
  open(place: string): Promise<Session>;
};

export function houseOf(configs: Record<string, ClientConfig>, asked?: Asked): House {
  return {
    names: Object.keys(configs),
    async open(place) {
      const config = Object.hasOwn(configs, place) ? configs[place] : undefined;
      if (config) return openSession(place, config, asked);
      throw new Fault(
        `There is no database called ${place}. There are: ${Object.keys(configs).join(", ")}.`,
      );
    },
  };
}

/**
 * The placement that an operator means: `pooled` is home, and `dedicated` is the dedicated database
 * when there is one only.
 *
 * @throws Fault that names those there are
 */
export function placeNamed({ names }: House, wanted: string): string {
  if (wanted === "pooled") return "home";
  if (names.includes(wanted)) return wanted;
  const dedicated = names.filter((name) => name !== "home");
  if (wanted === "dedicated" && dedicated.length === 1) return dedicated[0] as string;
  if (wanted === "dedicated" && dedicated.length === 0) {
    throw new Fault("There is no dedicated database. Add one to the stage and deploy it first.");
  }
  throw new Fault(
    `--to ${wanted} names no database: say pooled${dedicated.map((name) => `, ${name}`).join("")}.`,
  );
}
