/** What the driver has done against SQL that changed or blocked the role that all requests share. */
export type DatabaseEvent =
  | {
      name: "role settings cleared";
      /** Names, never values. */
      settings: string[];
    }
  | {
      name: "session terminated";
      pid: number;
      /** Of its transaction, of its statement, or since it is idle. */
      ageSeconds: number;
      /** As pg_stat_activity has it, like `waitEvent`. */
      state: string;
      waitEvent: string | null;
    };
