import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Person } from "./person.ts";

type Project = { id: string; name: string };
type Job = { id: string; state: string; error: unknown; download_url?: string };
type Page<T> = { items: T[]; next_cursor: string | null };

/** Tells one step: what happens, and what came of it. */
export type Narrator = (step: string, work: () => Promise<string>) => Promise<void>;

/**
 * The whole story of the product against a running copy, through its front door only: a person signs
 * up, makes a project, exports it, reads the trail of it, and another tenant sees nothing.
 *
 * @throws Error at the first step that does not go as told.
 */
export async function story(api: string, tell: Narrator): Promise<void> {
  const ada = new Person(api, "Ada");
  const bob = new Person(api, "Bob");
  let project: Project | undefined;
  let job: Job | undefined;
  const path = () => `/v1/projects/${project?.id}`;

  await tell("Ada signs up, confirms her address by mail and signs in", async () => {
    await ada.arrive();
    return ada.email;
  });
  await tell("Bob does, too", async () => {
    await bob.arrive();
    return bob.email;
  });
  await tell("Ada creates a project", async () => {
    project = await ada.expect<Project>(201, "POST", "/v1/projects", { name: "Apollo" });
    return project.id;
  });
  await tell(
    "She sends the same request again, as a client does that heard no answer",
    async () => {
      const key = { "idempotency-key": randomUUID() };
      const first = await ada.ask("POST", "/v1/projects", { name: "Gemini" }, key);
      const again = await ada.ask("POST", "/v1/projects", { name: "Gemini" }, key);
      expectThat(
        JSON.stringify(first.body) === JSON.stringify(again.body),
        "one project, one answer",
      );
      return `replayed: ${again.headers.get("idempotency-replayed")}`;
    },
  );
  await tell("She starts an export, which a worker performs", async () => {
    job = await ada.expect<Job>(202, "POST", `${path()}/exports`);
    for (let attempt = 0; job.state !== "succeeded" && attempt < 200; attempt++) {
      expectThat(job.state !== "failed", `the export failed: ${JSON.stringify(job.error)}`);
      await sleep(50);
      job = await ada.expect<Job>(200, "GET", `/v1/jobs/${job.id}`);
    }
    return job.state;
  });
  await tell("She downloads it by the presigned link", async () => {
    expectThat(job?.download_url !== undefined, `the job has a link: ${JSON.stringify(job)}`);
    const file = await fetch(job?.download_url ?? "");
    const text = await file.text();
    expectThat(file.ok && text.includes("Apollo"), `the export is in it: ${text.slice(0, 200)}`);
    return `${text.length} bytes`;
  });
  await tell("One letter of the link is changed", async () => {
    const forged = (job?.download_url ?? "").replace(/Signature=(.)/, (_, letter) =>
      letter === "0" ? "Signature=1" : "Signature=0",
    );
    const { status } = await fetch(forged);
    expectThat(status === 403, `a forged link is refused, not ${status}`);
    return `${status}`;
  });
  await tell("She reads who did what to the project", async () => {
    const trail = await ada.expect<Page<{ action: string }>>(
      200,
      "GET",
      `/v1/audit-events?target_id=${project?.id}`,
    );
    expectThat(trail.items.length > 0, "the trail is not empty");
    return trail.items.map(({ action }) => action).join(", ");
  });

  await tell("Bob lists projects, jobs and the trail", async () => {
    const projects = await bob.expect<Page<Project>>(200, "GET", "/v1/projects");
    const jobs = await bob.expect<Page<Job>>(200, "GET", "/v1/jobs");
    const trail = await bob.expect<Page<unknown>>(
      200,
      "GET",
      `/v1/audit-events?target_id=${project?.id}`,
    );
    const seen = projects.items.length + jobs.items.length + trail.items.length;
    expectThat(seen === 0, `Bob sees nothing, not ${seen} things`);
    return "nothing";
  });
  const attempts: [string, string, string, unknown?][] = [
    ["reads Ada's project", "GET", path()],
    ["renames it", "PATCH", path(), { name: "Mine" }],
    ["deletes it", "DELETE", path()],
    ["exports it", "POST", `${path()}/exports`],
    ["reads her job", "GET", `/v1/jobs/${job?.id}`],
  ];
  for (const [what, method, target, body] of attempts) {
    await tell(`Bob ${what}`, async () => {
      const { status } = await bob.ask(method, target, body);
      expectThat(status === 404, `it does not exist for him: 404, not ${status}`);
      return `${status}, as if it did not exist`;
    });
  }
  await tell("Ada's project is as it was", async () => {
    const found = await ada.expect<Project>(200, "GET", path());
    expectThat(found.name === "Apollo", `it is still called Apollo, not ${found.name}`);
    return found.name;
  });
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Expected that ${what}.`);
}
