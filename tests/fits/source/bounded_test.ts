/** Files on servers whose headers promise more than there is: nothing is fetched on their word. */

import { assert, assertEquals } from "@std/assert";
import { compressImage } from "../../../fits/compress/mod.ts";
import { encodeFits, type FitsFile, openFits, tableHdu } from "../../../fits/mod.ts";
import { HeliographError } from "../../../net/errors.ts";
import { serveCounting } from "../../support/counting_server.ts";

/** Bytes that a refusal may cost: the first read, a header and a page of descriptors. */
const MOST = 100_000;

/** A file with other values in its cards, which stand where they are. */
function changed(
  bytes: Uint8Array<ArrayBuffer>,
  cards: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  for (let at = 0; at < copy.length; at += 80) {
    const card = new TextDecoder("latin1").decode(copy.subarray(at, at + 80));
    const value = cards[card.slice(0, 8).trimEnd()];
    if (card[8] !== "=" || value === undefined) continue;
    const text = `${card.slice(0, 10)}${value.padStart(20)}`.padEnd(80);
    copy.set(new TextEncoder().encode(text), at);
  }
  return copy;
}

const IMAGE = { pixels: new Int16Array(250_000), shape: [500, 500] };
const PLAIN = await encodeFits([IMAGE]);
const PACKED = await encodeFits([await compressImage(IMAGE, { tile: [50, 50] })]);
const TABLE = await encodeFits([
  tableHdu({
    columns: [
      { name: "X", values: new Int32Array(100_000) },
      { name: "V", values: Array.from({ length: 100_000 }, () => new Int16Array(2)) },
    ],
  }),
]);
const HUGE = "900000000";

/** The table with a first array of 2^31 - 1 elements. */
async function withLongArray(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  await using file = await openFits(bytes);
  const { dataOffset } = await file.hdu(1);
  const copy = bytes.slice();
  new DataView(copy.buffer).setInt32(dataOffset + 4, 2 ** 31 - 1);
  return copy;
}

const CASES: readonly [
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  read: (file: FitsFile) => Promise<unknown>,
][] = [
  ["an image", changed(PLAIN, { NAXIS1: HUGE, NAXIS2: HUGE }), (file) => file.image()],
  [
    "a section behind the end",
    changed(PLAIN, { NAXIS1: HUGE }),
    (file) => file.image({ section: "800000001:800000100,1:3" }),
  ],
  ["a compressed image", changed(PACKED, { ZNAXIS1: HUGE, ZNAXIS2: HUGE }), (file) => file.image()],
  ["a tile", changed(PACKED, { ZTILE1: HUGE, ZTILE2: HUGE }), (file) => file.image()],
  ["rows", changed(TABLE, { NAXIS2: HUGE }), (file) => file.table({ columns: ["X"] })],
  ["a row", changed(TABLE, { NAXIS1: HUGE }), (file) => file.table({ columns: ["X"] })],
  [
    "an array",
    await withLongArray(TABLE),
    (file) => file.table({ columns: ["V"], rows: "1:10" }),
  ],
];

Deno.test("what a header promises is neither fetched nor made room for", async () => {
  for (const [name, bytes, read] of CASES) {
    await using server = serveCounting(bytes);
    await using file = await openFits(server.url);
    const error = await read(file).then(() => undefined, (error) => error);
    assert(error instanceof HeliographError, `${name}: ${error}`);
    assertEquals(server.counted.bytes <= MOST, true, `${name}: ${server.counted.bytes} bytes`);
  }
});
