/**
 * The session, and with it the active workspace, belongs to the browser and not to the tab. So a tab
 * that changes it tells the others: what they show is of another workspace from then on.
 */
const channel = new BroadcastChannel("bulkhead.session");

export type Elsewhere = { kind: "switched"; tenantName: string } | { kind: "signed-out" };

export const tellTabs = (what: Elsewhere): void => channel.postMessage(what);

export const onElsewhere = (hear: (what: Elsewhere) => void): void => {
  channel.addEventListener("message", ({ data }: MessageEvent<Elsewhere>) => hear(data));
};
