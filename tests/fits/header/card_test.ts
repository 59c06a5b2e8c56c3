import { assertEquals, assertThrows } from "../../support/assert.ts";
import { Card, FormatError, Header } from "../../../mod.ts";
import { type CardValue, parseValueField } from "../../../fits/header/card_value.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../support/random.ts";

Deno.test("parseValueField() reads every kind of value, in fixed and free format", () => {
  const fields: [string, string, CardValue, string][] = [
    ["'NGC 1316'           / name", "string", "NGC 1316", "name"],
    ["'O''HARA'", "string", "O'HARA", ""],
    ["'  lead  '", "string", "  lead", ""],
    ["'a / b' / c", "string", "a / b", "c"],
    ["''", "string", "", ""],
    ["'   '", "string", " ", ""],
    ["", "undefined", null, ""],
    ["   / nothing", "undefined", null, "nothing"],
    ["                   T / yes", "logical", true, "yes"],
    ["F", "logical", false, ""],
    ["                  42", "integer", 42, ""],
    ["+7/seven", "integer", 7, "seven"],
    ["-0", "integer", 0, ""],
    ["9007199254740991", "integer", 9007199254740991, ""],
    ["9223372036854775808", "integer", 9223372036854775808n, ""],
    ["-9007199254740993", "integer", -9007199254740993n, ""],
    ["1.", "real", 1, ""],
    [".5", "real", 0.5, ""],
    ["-1.5E+3", "real", -1500, ""],
    ["1D-2", "real", 0.01, ""],
    ["(1, -2)", "complex", { re: 1, im: -2 }, ""],
    ["(1.5,2E1) / z", "complex", { re: 1.5, im: 20 }, "z"],
  ];
  for (const [text, kind, value, comment] of fields) {
    assertEquals(parseValueField(text) as unknown, { kind, value, comment, problems: [] }, text);
  }
});

Deno.test("parseValueField() reads what real files write, and says what is wrong with it", () => {
  const fields: [string, CardValue, string][] = [
    ["'open", "open", "the string has no closing quote"],
    ["'a' b", "a", "the text 'b' after the string has no slash before it"],
    ["1.5e-3", 0.0015, "the exponent of '1.5e-3' is in lower case"],
    ["5 km", 5, "the text 'km' after the number has no slash"],
    ["- 5", -5, "blanks inside the number '- 5'"],
    ["1.5 E+05", 150000, "blanks inside the number '1.5 E+05'"],
    ["NaN", null, "'NaN' is no value of FITS"],
    ["1E999", null, "'1E999' is beyond the range of a double"],
    ["hello", "hello", "'hello' is no value of any kind"],
    ["(1,2,3)", "(1,2,3)", "the value (1,2,3) is no complex number"],
  ];
  for (const [text, value, message] of fields) {
    const field = parseValueField(text);
    assertEquals([field.value, field.problems.map((problem) => problem.message)], [value, [
      message,
    ]]);
  }
});

const record = (text: string) => text.padEnd(80);

Deno.test("Card.parse() tells keywords, commentary and HIERARCH apart", () => {
  const cards: [string, string, string, CardValue, string][] = [
    ["OBJECT  = 'Sun'", "OBJECT", "string", "Sun", ""],
    ["HISTORY = 5", "HISTORY", "commentary", null, "= 5"],
    ["COMMENT   free text", "COMMENT", "commentary", null, "  free text"],
    ["        = 5", "", "commentary", null, "= 5"],
    ["FOO     5", "FOO", "commentary", null, "5"],
    ["FOO     =5", "FOO", "commentary", null, "=5"],
    ["HIERARCH ESO  DET Chip1 = 2 / x", "ESO DET CHIP1", "integer", 2, ""],
    ["HIERARCH no equals", "HIERARCH", "commentary", null, " no equals"],
  ];
  for (const [text, keyword, kind, value, commentary] of cards) {
    const card = Card.parse(record(text));
    assertEquals([card.keyword, card.kind, card.value, card.text] as unknown, [
      keyword,
      kind,
      value,
      commentary,
    ], text);
  }
});

Deno.test("Card.of() writes fixed format, and the shortest real that reads back equal", () => {
  const cards: [CardValue, boolean, string][] = [
    [42, false, "KEY     =                   42"],
    [42, true, "KEY     =                 42.0"],
    [0.1, false, "KEY     =                  0.1"],
    [1e21, false, "KEY     =              1.0E+21"],
    [5e-324, false, "KEY     =             5.0E-324"],
    [-0, false, "KEY     =                 -0.0"],
    [18446744073709551615n, false, "KEY     = 18446744073709551615"],
    [true, false, "KEY     =                    T"],
    [null, false, "KEY     ="],
    ["Sun", false, "KEY     = 'Sun     '"],
    ["", false, "KEY     = ''"],
    ["it's", false, "KEY     = 'it''s   '"],
    [{ re: 1, im: 0.5 }, false, "KEY     =             (1, 0.5)"],
  ];
  for (const [value, real, text] of cards) {
    assertEquals(Card.of("KEY", value, "", { real }).raw, record(text));
  }
  assertEquals(
    Card.of("KEY", 1, "why").raw.trimEnd(),
    "KEY     =                    1 / why",
  );
  assertEquals(
    Card.of("ESO DET", 1.5, "c", { hierarch: true }).raw.trimEnd(),
    "HIERARCH ESO DET =         1.5 / c",
  );
});

Deno.test("Card.of() continues long strings without dividing a doubled quote", () => {
  const value = "x".repeat(66) + "''" + "y".repeat(70);
  const { raw } = Card.of("LONG", value, "far");
  assertEquals(raw.length, 240);
  assertEquals(raw.slice(0, 80), record(`LONG    = '${"x".repeat(66)}&'`));
  const card = Card.parse(raw);
  assertEquals([card.value, card.comment, card.records], [value, "far", 3]);
});

Deno.test("Card.of() refuses what cannot stand in a header", () => {
  const wrong: [() => Card, string][] = [
    [() => Card.of("lower", 1), "Cannot write the keyword 'lower'"],
    [() => Card.of("TOOLONGKEY", 1), "Cannot write the keyword 'TOOLONGKEY'"],
    [() => Card.of("COMMENT", 1), "Cannot write the keyword 'COMMENT'"],
    [() => Card.of("KEY", NaN), "Cannot write KEY: NaN is no value of FITS"],
    [() => Card.of("KEY", Infinity), "Cannot write KEY: Infinity is no value of FITS"],
    [() => Card.of("KEY", "Sönne"), "Cannot write the value of KEY: found U+00F6 at character 1"],
    [() => Card.of("KEY", 1, "a\nb"), "Cannot write the comment of KEY: found U+000A"],
    [() => Card.commentary("HISTORY", "x".repeat(73)), "found 73 characters of text"],
  ];
  for (const [make, message] of wrong) assertThrows(make, FormatError, message);
});

Deno.test("Card.of() and Card.parse() agree on random values", async () => {
  const value = (random: SeededRandom): CardValue => {
    switch (random.integer(0, 5)) {
      case 0:
        return Array.from(
          { length: random.integer(0, 200) },
          () => random.pick([..."ab'&/ ", "''"]),
        ).join("").trimEnd();
      case 1:
        return random.integer(-1e9, 1e9);
      case 2:
        return BigInt(random.integer(1, 1e9)) * 10_000_000_000_000n;
      case 3:
        return (random.next() - 0.5) * 10 ** random.integer(-300, 300);
      case 4:
        return random.next() < 0.5;
      default:
        return { re: random.next(), im: random.integer(-5, 5) };
    }
  };
  await fuzz(fuzzRounds(2000, 20_000), 41, (random) => {
    const written = value(random);
    const comment = random.pick(["", "a comment", "with / slash"]);
    const card = Card.of("KEYWORD", written, comment);
    assertEquals(card.raw.length % 80, 0);
    const read = Card.parse(card.raw);
    const expected = typeof written === "string" && written.trim() === "" && written !== ""
      ? " "
      : written;
    assertEquals(read.problems, []);
    assertEquals(read.value, expected);
  });
});

Deno.test("Card.parse() fills a record up with blanks, so that a header of such cards is whole", () => {
  for (
    const text of [
      "",
      "OBJECT  = 'Sun'",
      "A".repeat(80),
      "LONG    = 'x&'".padEnd(80) + "CONTINUE  'y'",
    ]
  ) {
    const { raw } = Card.parse(text);
    assertEquals([raw.length % 80, raw.trimEnd()], [0, text.trimEnd()]);
    assertEquals(raw.length, Math.max(80, Math.ceil(text.length / 80) * 80));
  }
  const header = new Header([
    Card.parse("SIMPLE  =                    T"),
    Card.parse("NAXIS   = 0"),
  ]);
  assertEquals(header.toBytes().length, 2880);
  assertEquals(Header.parse(header.toBytes()).get("NAXIS"), 0);
});
