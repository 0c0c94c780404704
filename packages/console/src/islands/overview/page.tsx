import { Show } from "solid-js";
import { mayManage } from "../../api/session.ts";
import { me } from "../../ui/me.ts";
import { PageHead } from "../../ui/page-head.tsx";
import { Trail } from "../audit/trail.tsx";
import { mountPage } from "../page.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { RecentJobs, RecentProjects } from "./recent.tsx";

const Overview = () => (
  <>
    <PageHead title={me()?.tenant?.name ?? "Overview"} lead="Recent activity in this workspace." />
    <FirstSteps />
    <div class="columns">
      <RecentProjects />
      <RecentJobs />
    </div>
    <Show when={mayManage(me()?.role)}>
      <section>
        <header class="card-head">
          <h2>Latest changes</h2>
          <a href="/audit/">Audit trail</a>
        </header>
        <Trail name="overview trail" filter={() => ({})} limit={8} />
      </section>
    </Show>
  </>
);

mountPage(() => <Overview />);
