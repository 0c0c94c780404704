import { connect } from "@bulkhead/db";
import { Client, Pool } from "pg";
import { bareWays } from "./db/bare.ts";
import { handwrittenWays } from "./db/handwritten.ts";
import { productWays } from "./db/product.ts";
import { type Place, seedHandwritten, seedProduct } from "./db/seed.ts";
import { delayProxy } from "./delay.ts";
import { type Figure, ratioOf, type Variant } from "./figure.ts";
import { benchServer } from "./server.ts";

const ROUNDS = 15;

/** A figure that is this close to its goal holds. Runs differ by more (record 21): a verdict is the median of three. */
const TOLERANCE = 0.03;

/**
 * What the tenant transaction of `docs/architecture.md` costs: first against what a team would write by hand instead,
 * then against doing none of it, as a guard.
 */
export async function* bench(): AsyncIterable<Figure> {
  const server = await benchServer();
  try {
    yield* figures(server);
  } finally {
    await server.stop();
  }
}

async function* figures(server: Awaited<ReturnType<typeof benchServer>>): AsyncIterable<Figure> {
  const other = new Client({ connectionString: await server.another("handwritten") });
  await other.connect();
  try {
    const product = await seedProduct(server.superuser, server.apiUrl());
    const url = new URL("/handwritten", server.apiUrl());
    url.username = "bench_handwritten";
    const handwritten = await seedHandwritten(other, url.href);
    for (const superuser of [server.superuser, other]) await superuser.query("vacuum analyze");

    yield* againstHandwritten(product, handwritten);
    yield* againstTheFloor(product);
  } finally {
    await other.end();
  }
}

async function* againstHandwritten(product: Place, handwritten: Place): AsyncIterable<Figure> {
  for (const { callers, roundTripMs, read, mutation } of [
    { callers: 1, roundTripMs: 0, read: 2, mutation: 1.5 },
    { callers: 10, roundTripMs: 0, read: 1.5, mutation: 1.2 },
    { callers: 1, roundTripMs: 1, read: 5, mutation: 5 },
    { callers: 10, roundTripMs: 1, read: 4, mutation: 4 },
  ]) {
    const proxy = roundTripMs > 0 ? await delayProxy(portOf(product), roundTripMs) : undefined;
    const through = (place: Place) => (proxy ? { ...place, url: at(proxy.port, place) } : place);
    const ways = open(through(product), through(handwritten), callers);
    const title = (what: string) =>
      `${what} / hand-written, ${callers} caller${callers > 1 ? "s" : ""}, ${roundTripMs} ms`;
    yield await compare(title("read"), read, ways.product.read, ways.handwritten.read, callers);
    yield await compare(
      title("mutation"),
      mutation,
      ways.product.mutation,
      ways.handwritten.mutation,
      callers,
    );
    await ways.end();
    await proxy?.close();
  }
}

/** The goals of `rows` are four percent below the median of three measured runs, and promise nothing but that. */
async function* againstTheFloor(product: Place): AsyncIterable<Figure> {
  for (const { callers, read, insert, rows } of [
    { callers: 1, read: 0.44, insert: 0.33, rows: 0.4 },
    { callers: 10, read: 0.36, insert: 0.19, rows: 0.38 },
  ]) {
    const home = connect({ connectionString: product.url, max: callers });
    const [ours, bare] = [productWays(home, product), bareWays(home, product)];
    const title = (what: string) => `${what}, ${callers} caller${callers > 1 ? "s" : ""}`;
    yield await compare(title("read / bare read"), read, ours.read, bare.read, callers);
    yield await compare(
      title("mutation / bare insert"),
      insert,
      ours.mutation,
      bare.insert,
      callers,
    );
    yield await compare(title("mutation / its bare rows"), rows, ours.mutation, bare.rows, callers);
    await home.end();
  }
}

async function compare(
  figure: string,
  goal: number,
  subject: Variant,
  reference: Variant,
  lanes: number,
): Promise<Figure> {
  const ratio = await ratioOf(subject, reference, { lanes, rounds: ROUNDS });
  return { figure, ratio, goal, holds: ratio >= goal * (1 - TOLERANCE) };
}

function open(product: Place, handwritten: Place, max: number) {
  const home = connect({ connectionString: product.url, max });
  const pool = new Pool({ connectionString: handwritten.url, max });
  // The server that stops ends connections that rest.
  pool.on("error", () => {});
  return {
    product: productWays(home, product),
    handwritten: handwrittenWays(pool, handwritten),
    end: () => Promise.all([home.end(), pool.end()]),
  };
}

const portOf = ({ url }: Place): number => Number(new URL(url).port);

function at(port: number, { url }: Place): string {
  const moved = new URL(url);
  moved.port = String(port);
  return moved.href;
}
