import { type Acknowledgement, forRules, HIPAA, inPacks, NIST } from "../acknowledgement.ts";

export const MONITORING: readonly Acknowledgement[] = [
  ...forRules(inPacks([NIST, HIPAA], "CloudWatchAlarmAction"), {
    on: ["Availability", "Latency"].flatMap((objective) =>
      ["FastOver5", "FastOver60", "SlowOver30", "SlowOver360"].map(
        (window) => `Watch/${objective}Burns${window}Minutes`,
      ),
    ),
    reason:
      "Child of a composite alarm, which has the action and needs both the long and the short window. By " +
      "itself, one window would page without cause.",
    owner: "platform",
    expires: "2027-11-23",
  }),
];
