import { splitStatements } from "@bulkhead/db/migrate";
import fc from "fast-check";
import { Client, type QueryConfig } from "pg";
import { describe, expect, inject, it, onTestFinished } from "vitest";

/** Text that would end a statement, a string or a comment, if it were read as SQL. */
const treacherous = fc
  .array(fc.constantFrom(";", "--", "/*", "*/", "'", '"', "$$", "$a$", "\\", "\n", "x", " ", "é"), {
    maxLength: 8,
  })
  .map((parts) => parts.join(""));

const plain = (text: string) => `'${text.replaceAll("'", "''")}'`;
const escaped = (text: string) =>
  `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
const continued = (text: string) => `E'' -- and on\n ${escaped(text).slice(1)}`;
const dollar = (text: string) => `$of_text$${text}$of_text$`;

const literal = fc.record({
  text: treacherous,
  write: fc.constantFrom(plain, escaped, continued, dollar),
});
const comment = fc.oneof(
  treacherous.map((text) => `-- ${text.replaceAll("\n", " ")}\n`),
  treacherous.map((text) => `/* a ; /* ${text.replaceAll(/\/\*|\*\//g, "")} ; */ ' */`),
  fc.constant("  \n"),
);

describe("a script", () => {
  it("is split where PostgreSQL ends its statements, whatever hides in strings and comments", async () => {
    const client = new Client({ connectionString: inject("server") });
    await client.connect();
    onTestFinished(() => client.end());

    const statement = fc.tuple(comment, literal, comment);
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 4 }), async (parts) => {
        const script = parts
          .map(
            ([before, { text, write }, after]) => `${before}select ${write(text)} as a$b$c${after}`,
          )
          .join(";");
        const read = [];
        for (const one of splitStatements(script)) {
          // The extended protocol refuses a text that holds two statements.
          const { rows } = await client.query({ text: one, queryMode: "extended" } as QueryConfig);
          read.push(Object.values(rows[0])[0]);
        }
        expect(read).toEqual(parts.map(([, { text }]) => text));
      }),
      { numRuns: 200 },
    );
  });

  it("keeps every character between its semicolons", () => {
    fc.assert(
      fc.property(fc.array(literal, { minLength: 1 }), (literals) => {
        const statements = literals.map(({ text, write }) => `select ${write(text)}`);
        expect(splitStatements(`${statements.join(";")};`)).toEqual(statements);
      }),
    );
  });

  it.each([
    ["nothing", "", []],
    ["semicolons alone", " ;; ; ", []],
    ["comments alone", "-- a; b\n/* c; /* d; */ e; */;", []],
    ["a nested comment before a statement", "/* a /* b */ c; */ select 1", ["select 1"]],
    [
      "a body in dollars",
      "do $x$ begin $$;$$; end $x$; select 2",
      ["do $x$ begin $$;$$; end $x$", "select 2"],
    ],
    ["dollars in names", "select a$b from t$b$; select 2", ["select a$b from t$b$", "select 2"]],
    [
      "a name that ends in e",
      "select 1 as e, type'a\\'; select 2",
      ["select 1 as e, type'a\\'", "select 2"],
    ],
    ["quoted names", 'select 1 as "a;""b"; select 2', ['select 1 as "a;""b"', "select 2"]],
    ["a comment that a carriage return ends", "-- a\rselect 1;select 2", ["select 1", "select 2"]],
    ["parameters", "select $1; select $2", ["select $1", "select $2"]],
  ])("is understood with %s", (_, script, statements) => {
    expect(splitStatements(script)).toEqual(statements);
  });

  it.each([
    ["a string", "select 1;\nselect 'a", "' on line 2 is never closed."],
    ["a comment", "/* a /* b */", "/* on line 1 is never closed."],
    ["a body", "do $$ begin", "$$ on line 1 is never closed."],
  ])("is refused when %s is never closed, and told where", (_, script, message) => {
    expect(() => splitStatements(script)).toThrow(message);
  });

  it("is refused with a body that only a full parser could split", () => {
    expect(() => splitStatements("create function f() begin atomic select 1; end")).toThrow(
      "quote the body with $$",
    );
  });
});
