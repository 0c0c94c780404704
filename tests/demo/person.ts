import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

export type Answer = { status: number; headers: Headers; body: unknown };

/** A person at a browser: a cookie jar and the address of the product. */
export class Person {
  readonly name: string;
  readonly email: string;
  readonly api: string;
  #cookies = new Map<string, string>();

  constructor(api: string, name: string) {
    this.api = api;
    this.name = name;
    this.email = `${name.toLowerCase()}-${randomUUID().slice(0, 8)}@example.test`;
  }

  /** One request, with what a browser would add. Mutations get a new Idempotency-Key unless one is given. */
  async ask(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
    const url = new URL(path, this.api);
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: {
        origin: this.api,
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(method !== "GET" && { "idempotency-key": randomUUID() }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    this.#keep(response.headers);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text ? JSON.parse(text) : text,
    };
  }

  /**
   * Asks and expects one status.
   *
   * @throws Error with the whole answer when it is another.
   */
  async expect<T>(status: number, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, body);
    if (answer.status === status) return answer.body as T;
    throw new Error(
      `${method} ${path} answered ${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`,
    );
  }

  /** Signs up, confirms with what the link in the mail carries, and signs in. */
  async arrive(): Promise<void> {
    const password = `${randomUUID()}-Aa1`;
    const { name, email } = this;
    await this.#enter("/api/auth/sign-up/email", { name, email, password });
    const { hash } = new URL(await this.#linkInMail());
    await this.expect(200, "GET", `/api/auth/verify-email?${hash.slice(1)}`);
    await this.#enter("/api/auth/sign-in/email", { email, password });
  }

  /** Entries are counted by address, which everybody on a laptop shares: comes again when it is told to. */
  async #enter(path: string, body: unknown): Promise<void> {
    for (;;) {
      const { status, headers, body: said } = await this.ask("POST", path, body);
      if (status === 200) return;
      const seconds = Number(headers.get("retry-after"));
      if (status !== 429 || !seconds) {
        throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(said)}`);
      }
      await sleep(seconds * 1000);
    }
  }

  async #linkInMail(): Promise<string> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const inbox = (await (await fetch(new URL("/_local/mail", this.api))).json()) as {
        to: string[];
        text: string;
      }[];
      const letter = inbox.findLast(({ to }) => to.includes(this.email));
      const link = letter?.text.match(/https?:\/\/\S+/)?.[0];
      if (link) return link;
      await sleep(100);
    }
    throw new Error(`No mail reached ${this.email}.`);
  }

  #keep(headers: Headers): void {
    for (const cookie of headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const at = pair.indexOf("=");
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }
}
