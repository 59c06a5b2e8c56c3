/** Files that are wrong: what can be had is had, the rest is a warning or a typed error. */

import { assertEquals, assertRejects } from "../support/assert.ts";
import { ClosedError, encodeFits, FormatError, openFits } from "../../mod.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";

async function warningsOf(input: Uint8Array | URL): Promise<[string, number | undefined][]> {
  await using file = await openFits(input);
  for await (const _ of file.hdus);
  return file.warnings.map(({ message, offset }) => [message, offset]);
}

// The four files that astropy refuses, and what is done with them instead.

corpusTest("damaged_groups_table: GCOUNT = 12151. is taken as the whole number it is", async () => {
  await using file = await openFits(corpusFile("fits/malformed/damaged_groups_table.fits"));
  const [groups, table, ...others] = await Array.fromAsync(file.hdus);
  assertEquals([groups!.kind, groups!.shape, others.length], ["GROUPS", [3, 4, 1, 1, 1], 0]);
  assertEquals(groups!.header.card("GCOUNT")?.kind, "real");
  const { count, names } = groups!.groups();
  assertEquals([count, names], [12151, ["UU", "VV", "WW", "BASELINE", "DATE", "DATE"]]);
  assertEquals((await groups!.groups().image(12150)).pixels.length, 12);
  assertEquals([table!.kind, table!.name, table!.shape], ["TABLE", "AIPS AN", [80, 28]]);
});

corpusTest("hopper_naxis_zero: NAXIS = 0 means no data; what follows is a warning", async () => {
  await using file = await openFits(corpusFile("fits/malformed/hopper_naxis_zero.fits"));
  const hdus = await Array.fromAsync(file.hdus);
  assertEquals(hdus.map(({ kind, shape, dataSize }) => [kind, shape, dataSize] as const), [
    ["PRIMARY", [], 0],
  ]);
  assertEquals(file.warnings.map(({ offset }) => offset), [hdus[0]!.dataOffset]);
});

corpusTest("not_actually_fits: a FormatError that says what was found", async () => {
  await assertRejects(
    () => openFits(corpusFile("fits/malformed/not_actually_fits.fits")),
    FormatError,
    "expected the card SIMPLE  = T",
  );
});

corpusTest("truncated_data_i16: the header is read, the image says what is missing", async () => {
  await using file = await openFits(corpusFile("fits/malformed/truncated_data_i16.fts"));
  const hdus = await Array.fromAsync(file.hdus);
  assertEquals(hdus.map(({ shape }) => shape), [[1500, 1340]]);
  assertEquals(file.warnings.map(({ message }) => message), [
    "the file ends 4019478 bytes before the end of the data",
  ]);
  await assertRejects(() => hdus[0]!.image(), ClosedError, "found 522 bytes before the end");
  assertEquals((await hdus[0]!.image({ section: "1:261,1" })).pixels.length, 261);
});

corpusTest("the other malformed files give their HDUs with warnings", async () => {
  const files: [string, [string, number | undefined][]][] = [
    ["hinode_xrt_unpadded_end.fits", [
      ["the file ends 2752 bytes before the end of the last block", 538688],
    ]],
    ["truncated_5bytes.fits", [[
      "found 'ION= 'TABLE   '           / As' after the last HDU, expected XTENSION or the end " +
      "of the file",
      665280,
    ]]],
    ["astrogo_naxis_0x0.fits", []],
    ["zerowidth.fits", []],
    ["verify.fits", []],
    ["test_dup.fits", []],
  ];
  for (const [name, expected] of files) {
    assertEquals(await warningsOf(corpusFile(`fits/malformed/${name}`)), expected, name);
  }
});

const HEADER = "SIMPLE  =                    T";

function file(...records: string[]): Uint8Array {
  const text = [...records, "END"].map((record) => record.padEnd(80)).join("");
  return new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 2880) * 2880));
}

Deno.test("a header whose data cannot be found still shows its cards", async () => {
  const broken: [string[], string][] = [
    [["BITPIX  = 12", "NAXIS   = 0"], "from BITPIX: found '12', expected 8, 16, 32, 64, -32, -64"],
    [["BITPIX  = 8"], "from NAXIS: found no such card, expected 0 to 999"],
    [["BITPIX  = 8", "NAXIS   = 1"], "from NAXIS1: found no such card, expected 0 or more"],
    [["BITPIX  = 8", "NAXIS   = -1"], "from NAXIS: found '-1', expected 0 to 999"],
    [
      ["BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = 1.5"],
      "from NAXIS1: found '1.5', expected 0 or more",
    ],
    [
      ["BITPIX  = 64", "NAXIS   = 2", "NAXIS1  = 99999999999", "NAXIS2  = 99999999999"],
      "Cannot read 79999999998400000000008 bytes of data",
    ],
  ];
  for (const [records, message] of broken) {
    await using opened = await openFits(file(HEADER, ...records, "OBJECT  = 'Sun'"));
    const hdu = await opened.hdu(0);
    assertEquals(hdu.header.get("OBJECT"), "Sun");
    assertEquals(hdu.warnings.some((warning) => warning.message.includes(message)), true, message);
    await assertRejects(() => hdu.image(), FormatError, message);
    // Where the data end, and what follows them, nobody knows: the file as a whole is damaged.
    assertEquals(opened.warnings.map(({ hdu, offset }) => [hdu, offset]), [[0, 0]]);
  }
});

Deno.test("a header that asks for terabytes costs no memory", async () => {
  const bytes = file(HEADER, "BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = 9999999999999");
  await using known = await openFits(bytes);
  await assertRejects(() => known.image(), ClosedError, "expected 9999999999999");
  await using streamed = await openFits(ReadableStream.from([bytes]));
  await assertRejects(() => streamed.image(), ClosedError, "expected 9999999999999");
});

Deno.test("an extension without END, and bytes that are none, end the list of HDUs", async () => {
  const first = await encodeFits([{ pixels: new Uint8Array(3) }]);
  const join = (tail: Uint8Array) => new Uint8Array([...first, ...tail]);
  const extension = file("XTENSION= 'IMAGE   '", "BITPIX  = 8", "NAXIS   = 0");
  assertEquals(await warningsOf(join(extension)), []);
  assertEquals(await warningsOf(join(extension.subarray(0, 240))), [
    ["found no END card in the 240 bytes of the header", 5760],
  ]);
  assertEquals(await warningsOf(join(new Uint8Array(2880))), [
    ["found zero bytes after the last HDU, expected XTENSION or the end of the file", 5760],
  ]);
  assertEquals(await warningsOf(join(new Uint8Array(5).fill(7))), [
    ["found '.....' after the last HDU, expected XTENSION or the end of the file", 5760],
  ]);
});
