/** What the driver has done against SQL that changed or blocked the role that all requests share. */
export type DatabaseEvent = {
  name: "role settings cleared";
  /** Names, never values. */
  settings: string[];
};
