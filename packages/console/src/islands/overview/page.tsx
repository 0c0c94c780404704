import { Show } from "solid-js";
import { mayManage } from "../../lib/session.ts";
import { PageHead } from "../../ui/bits.tsx";
import { me } from "../../ui/me.ts";
import { Trail } from "../audit/trail.tsx";
import { mountPage } from "../page.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { RecentJobs, RecentProjects } from "./recent.tsx";

const Overview = () => (
  <>
    <PageHead title={me()?.tenant?.name ?? "Overview"} lead="What is going on in this workspace." />
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
