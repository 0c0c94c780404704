import { For, type JSX } from "solid-js";
import { type AuditEvent, listAuditEvents, type QueryOf } from "../../api/client.ts";
import { createPages, type Pages } from "../../ui/pages.ts";
import { PagesView } from "../../ui/pages-view.tsx";
import { Event } from "./event.tsx";

type Query = QueryOf<"audit.list">;

type TrailProps = {
  name: string;
  filter: () => Query;
  /** Shows only this many events. @default - pages of 20 */
  limit?: number;
};

/** Audit events, the newest first. */
export function Trail(props: TrailProps) {
  const trail = createTrail(props.name, () => ({ ...props.filter(), limit: props.limit ?? 20 }));
  const events = props.limit ? { ...trail, hasMore: () => false } : trail;
  return <TrailView events={events} empty={<p class="muted">No changes yet.</p>} />;
}

export const createTrail = (name: string, filter: () => Query): Pages<AuditEvent> =>
  createPages(name, (click, cursor) => listAuditEvents(click, { limit: 20, ...filter(), cursor }));

export const TrailView = (props: { events: Pages<AuditEvent>; empty: JSX.Element }) => (
  <PagesView pages={props.events} empty={props.empty}>
    <ol class="trail">
      <For each={props.events.items()}>{(event) => <Event event={event} />}</For>
    </ol>
  </PagesView>
);
