import { assertEquals, assertThrows } from "../../support/assert.ts";
import { Card, FormatError, Header, openFits } from "../../../mod.ts";
import { findHeaderEnd } from "../../../fits/header/header.ts";
import { copyHdu, encodeFits, tableHdu } from "../../../fits/mod.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { EXPECTED } from "../../support/fits/expected.ts";

function headerOf(...records: string[]): Header {
  const text = [...records, "END"].map((record) => record.padEnd(80)).join("");
  return Header.parse(
    new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 2880) * 2880)),
  );
}

Deno.test("Header keeps order and duplicates, and finds the first in any case", () => {
  const header = headerOf(
    "B       = 1",
    "A       = 2",
    "HISTORY one",
    "A       = 3",
    "HISTORY two",
  );
  assertEquals(header.get("a"), 2);
  assertEquals(header.getAll("A"), [2, 3]);
  assertEquals(header.get("C"), undefined);
  assertEquals(header.commentary("history"), ["one", "two"]);
  assertEquals(header.cards.map(({ keyword }) => keyword), ["B", "A", "HISTORY", "A", "HISTORY"]);
  assertEquals(header.delete("A"), 2);
  assertEquals(header.has("A"), false);
});

Deno.test("Header joins long strings, and leaves a last & and a lone CONTINUE alone", () => {
  const header = headerOf(
    "LONG    = 'abc &' / one",
    "CONTINUE  'def&'",
    "CONTINUE  'ghi' / two",
    "AMP     = 'x&'",
    "NEXT    = 1",
    "CONTINUE  'lost'",
  );
  assertEquals(header.get("LONG"), "abc defghi");
  assertEquals(header.card("LONG")?.comment, "one two");
  assertEquals(header.get("AMP"), "x&");
  assertEquals(header.card("CONTINUE")?.kind, "commentary");
  assertEquals([header.cards.length, header.records], [4, 7]);
});

Deno.test("Header joins the long strings of HIERARCH cards", () => {
  const header = headerOf("HIERARCH LSST LONG NAME = 'abc&'", "CONTINUE  'def'");
  assertEquals(header.get("HIERARCH LSST LONG NAME"), "abcdef");
  assertEquals(header.get("LSST LONG NAME"), "abcdef");
});

Deno.test("Header.set() changes a card in its place and keeps comment and form", () => {
  const header = headerOf("A       = 1.0 / first", "B       = 2", "", "");
  header.set("A", 5).set("C", "new", { after: "A" }).set("D", 4);
  assertEquals(header.cards.map(({ raw }) => raw.trimEnd()), [
    "A       =                  5.0 / first",
    "C       = 'new     '",
    "B       = 2",
    "D       =                    4",
    "",
    "",
  ]);
});

Deno.test("Header.toBytes() uses blank cards as room and keeps END in the last block", () => {
  const header = new Header(Array.from({ length: 35 }, (_, i) => Card.of(`K${i}`, i)));
  assertEquals(header.toBytes().length, 2880);
  assertEquals(findHeaderEnd(header.toBytes()), 35 * 80);
  header.set("MORE", 1);
  assertEquals([header.blocks, header.toBytes().length], [2, 5760]);
  assertEquals(findHeaderEnd(header.toBytes()), 36 * 80);
  header.delete("MORE");
  const padded = header.toBytes(3);
  assertEquals([padded.length, Header.parse(padded).blocks, findHeaderEnd(padded)], [
    8640,
    1,
    5760,
  ]);
  assertThrows(
    () => header.append(Card.of("X", 1)).toBytes(1),
    FormatError,
    "Cannot write the header in 1 blocks of 2880 bytes: it needs 2",
  );
});

Deno.test("Header.parse() says what is wrong with cards, with their records, and reads on", () => {
  const header = headerOf("A       = 1e3", "LONG    = 'a&'", "CONTINUE  'b'", "b       = 2");
  assertEquals(header.warnings, [
    { keyword: "A", record: 1, message: "the exponent of '1e3' is in lower case" },
    {
      keyword: "B",
      record: 4,
      message: "the keyword 'b       ' has a character outside A-Z 0-9 _ -, or a blank inside",
    },
  ]);
  assertThrows(
    () => Header.parse(new Uint8Array(2880).fill(0x20)),
    FormatError,
    "found no END card in 2880 bytes",
  );
});

Deno.test("Header finds, replaces and deletes keywords that stand in lower case", () => {
  const header = headerOf("lower   = 1", "Mixed   = 2");
  assertEquals([header.get("LOWER"), header.get("mixed"), header.cards[0]!.keyword], [
    1,
    2,
    "LOWER",
  ]);
  assertEquals(header.set("lower", 3).cards[0]!.raw.trimEnd(), "LOWER   =                    3");
  assertEquals([header.delete("MIXED"), header.cards.length], [1, 1]);
});

Deno.test("findHeaderEnd() is not misled by keywords that begin with END", () => {
  const at = (text: string) => findHeaderEnd(new TextEncoder().encode(text.padEnd(160)));
  assertEquals(at("ENDTIME = 5".padEnd(80) + "END"), 80);
  assertEquals(at("END     = 5".padEnd(80) + "END"), 80);
  assertEquals(at("END\0\0\0"), 0);
  assertEquals(at("no end here"), undefined);
});

corpusTest(
  "Header.toBytes() gives every unchanged header of the corpus back byte by byte",
  async () => {
    let compared = 0;
    for (const [path, { error }] of EXPECTED) {
      if (error !== undefined) continue;
      await using file = await openFits(corpusFile(`fits/${path}`));
      for await (const hdu of file.hdus) {
        const length = hdu.dataOffset - hdu.headerOffset;
        const stored = await file.source.read(hdu.headerOffset, length);
        const end = findHeaderEnd(stored)!;
        const written = hdu.data.header.toBytes();
        assertEquals(written.subarray(0, end), stored.subarray(0, end), `${path} ${hdu.index}`);
        compared++;
      }
    }
    assertEquals(compared, 290);
  },
);

Deno.test("Header.parse() reads a string of 100000 CONTINUE records", () => {
  const count = 100_000;
  const records = [
    `LONG    = '${"x".repeat(66)}&'`,
    ...Array.from({ length: count }, () => `CONTINUE  '${"y".repeat(66)}&'`),
    "END",
  ];
  const text = records.map((record) => record.padEnd(80)).join("");
  const bytes = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 2880) * 2880));
  // With a copy of all that came before for each record, this would take ten minutes.
  assertEquals(Header.parse(bytes).get("LONG"), `${"x".repeat(66)}${"y".repeat(66 * count)}&`);
});

Deno.test("Header.append() and set() find what was added, blank cards behind it too", () => {
  const blank = Card.commentary("", "");
  for (const first of [[], [Card.commentary("", "text")], [Card.of("A", 1)]]) {
    for (const room of [0, 1, 3]) {
      const header = new Header([...first, ...Array.from({ length: room }, () => blank)]);
      // The first look makes the index that the additions keep.
      assertEquals(header.get("NONE"), undefined);
      header.set("B", 2).append(Card.of("B", 3), Card.of("C", 4)).addCommentary("", "more").set(
        "D",
        5,
      );
      const again = new Header(header.cards);
      for (const keyword of ["A", "B", "C", "D", ""]) {
        assertEquals(header.card(keyword), again.card(keyword), `${keyword} with ${room}`);
      }
      assertEquals(header.getAll("B"), [2, 3]);
      assertEquals(header.cards.slice(header.cards.length - room), Array(room).fill(blank));
    }
  }
});

Deno.test("encodeFits() writes more cards than a call takes as arguments", async () => {
  const card = Card.commentary("HISTORY", "a line");
  const header = Array.from({ length: 150_000 }, () => card);
  const inputs = [
    { pixels: new Int16Array(1), header },
    tableHdu({ columns: [{ name: "A", values: new Int16Array(1) }], header }),
    tableHdu({ columns: [{ name: "A", values: new Int16Array(1) }], kind: "ascii", header }),
  ];
  for (const input of inputs) {
    await using file = await openFits(await encodeFits([input]));
    const written = await file.hdu("pixels" in input ? 0 : 1);
    assertEquals(written.header.commentary("HISTORY").length, header.length);
    await using copy = await openFits(await encodeFits([copyHdu(written)]));
    const copied = await copy.hdu("pixels" in input ? 0 : 1);
    assertEquals(copied.header.commentary("HISTORY").length, header.length);
  }
});
