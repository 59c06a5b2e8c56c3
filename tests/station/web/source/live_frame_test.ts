import { assertEquals, assertThrows } from "@std/assert";
import { Card } from "../../../../fits/header/card.ts";
import { Header } from "../../../../fits/header/header.ts";
import { openFits } from "../../../../fits/file/open.ts";
import { encodeCameraFrame, FitspipeFrame } from "../../../../fits/fitspipe/feed/frame.ts";
import { FormatError } from "../../../../net/errors.ts";
import { encodeFrame, frameValues } from "../../../../station/live/frame_message.ts";
import {
  differenceFile,
  frameFile,
  frameSize,
  parseLiveFrame,
} from "../../../../station/web/source/live_frame.ts";

const SHAPE = { width: 5, height: 3 };
const CASES: readonly (readonly [string, Int16Array | Uint16Array])[] = [
  ["uint16", Uint16Array.of(0, 1, 65_535, 32_768, 32_767, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)],
  ["int16", Int16Array.of(0, -1, 32_767, -32_768, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)],
  ["a constant", new Uint16Array(15).fill(700)],
];

function frameOf(pixels: Int16Array | Uint16Array, number = 7, shape = SHAPE): FitspipeFrame {
  const [header, data] = encodeCameraFrame({ ...shape, pixels: pixels as Uint16Array });
  return new FitspipeFrame(number, {
    ...shape,
    header: header!,
    pixels: data!.slice(0, pixels.byteLength),
  });
}

function messageOf(frame: FitspipeFrame, level = 0, isAsked = false) {
  return encodeFrame(frameValues(frame, level), { frame, time: 1.5e12, skipped: 3, isAsked });
}

async function pixelsOf(bytes: Uint8Array<ArrayBuffer>) {
  await using fits = await openFits(bytes);
  const hdu = await fits.hdu(0);
  const { type, pixels } = await hdu.image();
  return { type, pixels: [...pixels as Int16Array], header: hdu.header };
}

Deno.test("a frame that came is the file that was put, to the last byte of its pixels", async () => {
  for (const [name, values] of CASES) {
    const sent = frameOf(values);
    for (const isAsked of [false, true]) {
      const frame = parseLiveFrame(messageOf(sent, 0, isAsked));
      assertEquals(
        [frame.number, frame.time, frame.skipped, frame.isAsked, frame.level],
        [7, 1.5e12, 3, isAsked, 0],
        name,
      );
      assertEquals(frameSize(frame), [5, 3]);
      const file = frameFile(frame);
      assertEquals(file.length % 2_880, 0);
      const start = sent.header.length;
      assertEquals(file.slice(start, start + sent.pixels.length), sent.pixels, name);
      assertEquals((await pixelsOf(file)).pixels, [...values], name);
    }
  }
});

Deno.test("a frame that came halved is a smaller file; its size is that of the whole", async () => {
  const frame = parseLiveFrame(messageOf(frameOf(CASES[2]![1]), 1));
  assertEquals([frame.level, frame.tile.width, frame.tile.height], [1, 3, 2]);
  assertEquals(frameSize(frame), [5, 3]);
  const { header, pixels } = await pixelsOf(frameFile(frame));
  assertEquals([header.integer("NAXIS1"), header.integer("NAXIS2")], [3, 2]);
  assertEquals(pixels, new Array(6).fill(700));
});

Deno.test("a difference has 32 bits, and no value where one of the two has none", async () => {
  const shape = { width: 3, height: 1 };
  const [one, two] = [Uint16Array.of(0, 65_535, 9), Uint16Array.of(65_535, 0, 9)]
    .map((pixels, i) => parseLiveFrame(messageOf(frameOf(pixels, i + 1, shape))));
  const { type, pixels, header } = await pixelsOf(differenceFile(two!, one!));
  // BLANK is given, so pixels without a value are possible.
  assertEquals([type, ...pixels], ["float64", 65_535, -65_535, 0]);
  assertEquals([header.integer("BITPIX"), header.has("BZERO")], [32, false]);
  const missing = { ...one!, tile: { ...one!.tile, blank: 65_535 } };
  assertEquals((await pixelsOf(differenceFile(two!, missing))).pixels, [65_535, NaN, 0]);
  const small = parseLiveFrame(messageOf(frameOf(CASES[0]![1])));
  assertThrows(() => differenceFile(two!, small), FormatError, "is 5 x 3 pixels, expected 3 x 1");
  const scaled = { ...one!, tile: { ...one!.tile, scale: 2 } };
  assertThrows(() => differenceFile(two!, scaled), FormatError, "BSCALE or BZERO differ");
});

Deno.test("a card that is new has a block of its own where the header is full", async () => {
  const sent = frameOf(CASES[0]![1]);
  const cards = [...Header.parse(sent.header).cards];
  const room = Math.floor(sent.header.length / 80) - 1;
  while (cards.length < room) cards.push(Card.commentary("HISTORY", "full"));
  const full = new FitspipeFrame(1, { ...sent, header: new Header(cards).toBytes() });
  assertEquals(full.header.length, sent.header.length);
  const frame = parseLiveFrame(messageOf(full));
  const { header, pixels } = await pixelsOf(differenceFile(frame, frame));
  // BZERO went, BLANK came: one card is free, and END moves by one.
  assertEquals(header.integer("BLANK"), -(2 ** 31));
  assertEquals(pixels, new Array(15).fill(0));
});

Deno.test("what is no frame is refused", () => {
  const good = messageOf(frameOf(CASES[0]![1]));
  const changed = (change: (view: DataView) => void) => {
    const bytes = good.slice();
    change(new DataView(bytes.buffer));
    return bytes;
  };
  const wrong: readonly (readonly [Uint8Array<ArrayBuffer>, string])[] = [
    [good.slice(0, 87), "found 87 bytes"],
    [changed((view) => view.setUint8(0, 1)), "HLF1"],
    [changed((view) => view.setUint8(4, 7)), "its type is 7"],
    [changed((view) => view.setUint32(84, 2 ** 31, true)), "its header has"],
    [changed((view) => view.setUint32(84, 100, true)), "expected blocks of 2880"],
    [changed((view) => view.setUint32(84, 0, true)), "its header has 0 bytes"],
    [good.slice(0, -1), "bytes of values"],
    [changed((view) => view.setUint32(8, 2 ** 30, true)), "pixels"],
  ];
  for (const [bytes, words] of wrong) {
    assertThrows(() => parseLiveFrame(bytes), FormatError, words);
  }
});
