/**
 * All tabs of a browser share the session, and with it the active workspace. A tab that changes it
 * tells the others, because they still show the previous workspace.
 */
const channel = new BroadcastChannel("bulkhead.session");

export type SessionChange = { kind: "switched"; tenantName: string } | { kind: "signed-out" };

export const broadcastSessionChange = (change: SessionChange): void => channel.postMessage(change);

export const onSessionChange = (listener: (change: SessionChange) => void): void => {
  channel.addEventListener("message", ({ data }: MessageEvent<SessionChange>) => listener(data));
};
