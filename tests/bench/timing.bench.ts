import { connect } from "@bulkhead/db";
import { attacksOn } from "../isolation/matrix/attacks.ts";
import { newWorld } from "../isolation/matrix/matrix.ts";
import { send } from "../isolation/matrix/party.ts";
import { type Layout, testApiOver } from "../isolation/matrix/test-api.ts";
import { likeness, timed } from "../isolation/matrix/timing.ts";
import { peopleIn } from "../support/people.ts";
import { atLeast, type Figure } from "./figure.ts";
import { benchServer } from "./server.ts";

const ROUNDS = 400;
// Of 400 values each, two samples of one distribution are 0.97 alike in the mean, and below 0.86 once in
// a thousand times.
const ALIKE = 0.85;
const POSITIONS = new Set(["path", "query", "cursor"]);

/**
 * Whether the time of an answer tells another tenant's thing from a missing one. Beside each pair stands
 * missing against missing: when that misses its goal too, the machine is too busy to say anything.
 */
export async function* bench(): AsyncIterable<Figure> {
  const server = await benchServer();
  const api = connect({ connectionString: server.apiUrl(), max: 1 });
  try {
    const sql = async (text: string, values?: unknown[]) =>
      (await server.superuser.query(text, values)).rows;
    const home = { sql, ...peopleIn(sql) };
    const layout: Layout = {
      home,
      all: [home],
      databases: () => ({ home: api }),
      placeTenant: async () => {},
    };
    yield* figures(layout);
  } finally {
    await api.end();
    await server.stop();
  }
}

async function* figures(layout: Layout): AsyncIterable<Figure> {
  const scene = testApiOver(layout);
  const world = await newWorld(scene);
  for (const operation of world.operations) {
    const tried = new Set<string>();
    for (const { position, foreign, absent } of attacksOn(
      operation,
      { ...world, kept: new Set() },
      1,
    )) {
      if (!POSITIONS.has(position) || tried.has(position)) continue;
      tried.add(position);
      const ask = (draw: typeof foreign) => async () => {
        const { fields, key } = draw();
        await send(scene, operation, fields, world.attacker.session, key);
      };
      const ways = [ask(foreign), ask(absent), ask(absent)];
      await timed(ways, ROUNDS / 10);
      const [theirs = [], none = [], again = []] = await timed(ways, ROUNDS);
      const title = `${operation.name}, ${position}`;
      yield atLeast(`${title}: the victim's / missing`, ALIKE, likeness(theirs, none));
      yield atLeast(`${title}: missing / missing`, ALIKE, likeness(again, none));
    }
  }
}
