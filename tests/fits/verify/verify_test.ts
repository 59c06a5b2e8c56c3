import { assertEquals, assertRejects } from "../../support/assert.ts";
import { encodeFits, Header, openFits, tableHdu, verifyFits } from "../../../mod.ts";
import { type FitsSource, readRunsTogether } from "../../../fits/source/source.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { EXPECTED } from "../../support/fits/expected.ts";

corpusTest("verifyFits() gives the verdict of fitsverify on every file of the corpus", async () => {
  const differing: string[] = [];
  for (const [path, { fitsverify }] of EXPECTED) {
    const findings = await verifyFits(corpusFile(`fits/${path}`));
    const errors = findings.filter(({ severity }) => severity === "error");
    const expected = /[1-9]\d* errors/.test(fitsverify);
    if (errors.length > 0 !== expected) {
      differing.push(`${path}: ${fitsverify}; ours: ${errors.map(({ message }) => message)}`);
    }
  }
  assertEquals(differing, []);
});

Deno.test("verifyFits() names HDU, card, record and byte", async () => {
  const bytes = await encodeFits([{ pixels: new Uint8Array(3) }, {
    pixels: new Uint8Array(3),
    name: "SECOND",
  }]);
  const text = new TextDecoder("latin1").decode(bytes);
  const at = text.indexOf("EXTNAME = 'SECOND");
  bytes.set(new TextEncoder().encode("DATE-OBS= '2020-13-01'".padEnd(80)), at);
  bytes[bytes.length - 1] = 9;
  assertEquals(await verifyFits(bytes), [
    {
      severity: "error",
      message: "DATE-OBS has the date '2020-13-01', expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ss " +
        "(section 4.4.2.1)",
      hdu: 1,
      keyword: "DATE-OBS",
      record: 7,
      offset: 5760 + 480,
    },
    {
      severity: "error",
      message: "byte 9 after the data, expected 0 to the end of the block",
      hdu: 1,
      offset: bytes.length - 1,
    },
  ]);
});

Deno.test("verifyFits() takes a wrong checksum for a warning", async () => {
  const bytes = await encodeFits([{ pixels: new Uint8Array([1, 2, 3]) }], { checksum: true });
  assertEquals(await verifyFits(bytes), []);
  bytes[2880] = 9;
  assertEquals((await verifyFits(bytes)).map(({ severity, message }) => [severity, message]), [
    ["warning", "DATASUM is not the sum of the data"],
    ["warning", "CHECKSUM is not that of the HDU"],
  ]);
});

Deno.test("verifyFits() finds one error in what is no FITS file", async () => {
  const findings = await verifyFits(new TextEncoder().encode("<html>"));
  assertEquals(findings.map(({ severity, offset }) => [severity, offset]), [["error", 0]]);
});

/** The errors in a file one of whose cards is written anew. */
async function errorsAfter(bytes: Uint8Array, card: string, changed: string): Promise<string[]> {
  const copy = bytes.slice();
  const at = new TextDecoder("latin1").decode(bytes).indexOf(card);
  assertEquals(at % 80, 0, `${card} begins no card`);
  copy.set(new TextEncoder().encode(changed.padEnd(80)), at);
  return (await verifyFits(copy)).filter(({ severity }) => severity === "error")
    .map(({ message }) => message);
}

Deno.test("verifyFits() takes a reserved keyword without a value indicator for an error", async () => {
  const header = new Header();
  header.set("FREE", 1);
  const bytes = await encodeFits([{ pixels: new Uint8Array(3), header }]);
  const cases: [string, string[]][] = [
    ["OBJECT  text", ["OBJECT has no '= ' in bytes 9 and 10, expected a string"]],
    ["CRPIX1  : 1.0", ["CRPIX1 has no '= ' in bytes 9 and 10, expected a real"]],
    ["DATE-OBS=-'2020-01-01'", ["DATE-OBS has no '= ' in bytes 9 and 10, expected a string"]],
    ["DATASUM   '0'", ["DATASUM has no '= ' in bytes 9 and 10, expected a value"]],
    ["DATASUM =", ["DATASUM has no value, expected a string"]],
    ["BLOCKED =                    5", ["BLOCKED has an integer, expected a logical"]],
    ["MYKEY   text", []],
    ["EXTEND  text", []],
  ];
  for (const [card, expected] of cases) {
    assertEquals(await errorsAfter(bytes, "FREE    =", card), expected, card);
  }
});

Deno.test("verifyFits() takes only numbers of its format for those of an ASCII table", async () => {
  const columns = [{ name: "A", values: new Float32Array([1.5]) }];
  const bytes = await encodeFits([tableHdu({ columns, kind: "ascii" })]);
  await using file = await openFits(bytes);
  const width = (await file.hdu(1)).shape[0]!;
  for (
    const [text, right] of [["1.5", true], ["1.5E3", true], ["1.5-3", false], ["x", false]] as const
  ) {
    const copy = bytes.slice();
    copy.set(new TextEncoder().encode(text.padStart(width)), copy.length - 2880);
    const expected = right ? [] : [`row 1, column 1: '${text}' is no number`];
    assertEquals((await verifyFits(copy)).map(({ message }) => message), expected);
  }
});

corpusTest("verifyFits() finds what makes a table no compressed image", async () => {
  const bytes = await Deno.readFile(corpusFile("fits/derived/i16_rice_t64x64.fits.fz"));
  const cases: [string, string, RegExp][] = [
    ["ZCMPTYPE=", "ZCMPTYPE= 'RICE_4  '", /^ZCMPTYPE is 'RICE_4', expected one of RICE_1, /],
    ["ZCMPTYPE=", "COMMENT", /^there is no ZCMPTYPE/],
    ["ZBITPIX =", "ZBITPIX =               (1, 2)", /^ZBITPIX is \(1, 2\), expected an integer$/],
    ["ZBITPIX =", "ZBITPIX = 'x'", /^ZBITPIX is 'x', expected an integer$/],
    ["ZBITPIX =", "ZBITPIX =                    T", /^ZBITPIX is T, expected an integer$/],
    ["ZBITPIX =", "ZBITPIX =                   17", /^ZBITPIX is 17, expected one of 8, 16, /],
    ["ZNAXIS1 =", "ZNAXIS1 =                 1130", /^the table has 6 rows, expected one for each/],
    ["ZNAXIS2 =", "ZNAXIS2 - 110", /^there is no ZNAXIS2/],
    ["ZTILE1  =", "ZTILE1  =                    0", /^ZTILE1 is 0, expected 1 or more/],
    ["ZTILE2  =", "ZTILE2  = '64'", /^ZTILE2 is '64', expected an integer/],
    ["TTYPE1  =", "TTYPE1  = 'COMPRESSED_DATE'", /^there is no column COMPRESSED_DATA/],
    ["ZVAL1   =", "COMMENT", /^there is no ZVAL1 for ZNAME1 \(section 10\.1\.2\)$/],
  ];
  for (const [card, changed, message] of cases) {
    const errors = await errorsAfter(bytes, card, changed);
    assertEquals(errors.filter((error) => message.test(error)).length, 1, `${changed}: ${errors}`);
  }
});

corpusTest("verifyFits() finds quantised tiles that have ZZERO and no ZSCALE", async () => {
  const bytes = await Deno.readFile(corpusFile("fits/derived/f32_rice_nodither.fits.fz"));
  const errors = await errorsAfter(bytes, "TTYPE2  =", "TTYPE2  = 'ZSCALES'");
  assertEquals(errors.filter((error) => !error.startsWith("Cannot read the compressed")), [
    "there is a column ZZERO, and no ZSCALE (section 10.2)",
  ]);
});

Deno.test("verifyFits() reads what many rows of a heap point to once, in the order of the heap", async () => {
  const card = (key: string, value: string) => `${key.padEnd(8)}= ${value}`.padEnd(80);
  const rows = 300;
  const length = 100_000;
  const block = (cards: string[]) => {
    const text = [...cards, "END".padEnd(80)].join("");
    return text.padEnd(Math.ceil(text.length / 2880) * 2880);
  };
  const heads = block([
    ...[card("SIMPLE", "T".padStart(20)), card("BITPIX", "8".padStart(20))],
    ...[card("NAXIS", "0".padStart(20)), card("EXTEND", "T".padStart(20))],
  ]) + block([
    ...[card("XTENSION", "'BINTABLE'"), card("BITPIX", "8".padStart(20))],
    ...[card("NAXIS", "2".padStart(20)), card("NAXIS1", "8".padStart(20))],
    ...[card("NAXIS2", `${rows}`.padStart(20)), card("PCOUNT", `${length}`.padStart(20))],
    ...[card("GCOUNT", "1".padStart(20)), card("TFIELDS", "1".padStart(20))],
    ...[card("TTYPE1", "'A       '"), card("TFORM1", `'1PL(${length})'`)],
  ]);
  const start = heads.length;
  const bytes = new Uint8Array(start + Math.ceil((rows * 8 + length) / 2880) * 2880);
  bytes.set(new TextEncoder().encode(heads));
  const view = new DataView(bytes.buffer);
  bytes.fill(0x54, start + rows * 8, start + rows * 8 + length);
  // From each to the end; the last in the file is the first in the heap.
  for (let row = 0; row < rows; row++) {
    const offset = (rows - 1 - row) * 2;
    view.setUint32(start + row * 8, length - offset);
    view.setUint32(start + row * 8 + 4, offset);
  }
  bytes[start + rows * 8 + 596] = 1;
  let read = 0;
  const findings = await verifyFits({
    name: "heap.fits",
    size: bytes.length,
    readAt: (target, position) => {
      const piece = bytes.subarray(position, position + target.length);
      target.set(piece);
      read += piece.length;
      return piece.length;
    },
  });
  // The byte 596 is in the arrays of all rows but the first.
  assertEquals(findings.map(({ message }) => message), [
    ...[2, 3, 4].map((row) => `row ${row}, column 1: the logical value 1 is none of T, F and 0`),
    "column 1: the logical value # is none of T, F and #: 299 rows in all",
  ]);
  assertEquals(read < 3 * bytes.length, true, `${read} bytes of ${bytes.length} were read`);
});

Deno.test("verifyFits() hands on what is no fault of the file, from headers and from data", async () => {
  const bytes = await encodeFits([{ pixels: new Int16Array(100_000) }, {
    pixels: new Uint8Array(9),
  }]);
  for (const broken of [2879, 2880 + 2 * 100_000]) {
    const failure = new TypeError("a fault of the program");
    const read = (offset: number, length: number) =>
      offset <= broken && broken < offset + length
        ? Promise.reject(failure)
        : Promise.resolve(bytes.subarray(offset, offset + length));
    const source: FitsSource = {
      ...{ name: "a source", size: bytes.length, read, close: () => Promise.resolve() },
      readInto: async (offset, target) => {
        const found = await read(offset, target.length);
        target.set(found);
        return found.length;
      },
      readRuns: (offsets, length, target) => readRunsTogether(source, offsets, length, target),
    };
    assertEquals(await assertRejects(() => verifyFits(source), TypeError), failure, `${broken}`);
  }
});
