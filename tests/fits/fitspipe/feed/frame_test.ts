import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ClosedError, FormatError, HeliographError, LimitError } from "../../../../net/errors.ts";
import { SyntheticCamera } from "../../../../fits/fitspipe/feed/camera.ts";
import {
  cameraFrameFile,
  checkFrame,
  dataBlockBytes,
  encodeCameraFrame,
  FitspipeFrame,
  frameShape,
} from "../../../../fits/fitspipe/feed/frame.ts";
import { readCameraFrames } from "../../../../fits/fitspipe/read_frames.ts";
import { Header } from "../../../../fits/header/header.ts";
import { openFits } from "../../../../fits/file/open.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../../support/random.ts";

const joined = (pieces: readonly Uint8Array[]) =>
  new Uint8Array(pieces.flatMap((piece) => [...piece]));

/** Gives bytes in pieces of random lengths. */
function source(bytes: Uint8Array, random: SeededRandom | undefined) {
  const pieces = random === undefined ? [bytes] : random.split(bytes, 5_000);
  return {
    read(target: Uint8Array): Promise<number | null> {
      const piece = pieces.shift();
      if (piece === undefined) return Promise.resolve(null);
      const count = Math.min(piece.length, target.length);
      target.set(piece.subarray(0, count));
      if (count < piece.length) pieces.unshift(piece.subarray(count));
      return Promise.resolve(count);
    },
  };
}

async function sizes(bytes: Uint8Array, random?: SeededRandom): Promise<string[]> {
  const found: string[] = [];
  for await (
    const { width, height, pieces } of readCameraFrames(source(bytes, random), { source: "x" })
  ) {
    found.push(`${width} x ${height}, ${joined(pieces).length}`);
  }
  return found;
}

Deno.test("encodeCameraFrame() makes a file whose pixels are read back, signed and unsigned", async () => {
  const signed = encodeCameraFrame({
    width: 3,
    height: 1,
    pixels: Int16Array.of(-32_768, 0, 32_767),
  });
  const unsigned = encodeCameraFrame({
    width: 3,
    height: 1,
    pixels: Uint16Array.of(0, 32_768, 65_535),
  });
  for (
    const [pieces, expected] of [[signed, [-32_768, 0, 32_767]], [unsigned, [
      0,
      32_768,
      65_535,
    ]]] as const
  ) {
    await using file = await openFits(joined(pieces));
    assertEquals([...(await file.image()).pixels as Int16Array], [...expected]);
  }
  assertThrows(
    () => encodeCameraFrame({ width: 2, height: 2, pixels: new Int16Array(3) }),
    RangeError,
    "3 pixels",
  );
});

Deno.test("cameraFrameFile() pads the pixels to whole blocks", () => {
  const header = encodeCameraFrame({ width: 1, height: 1, pixels: new Int16Array(1) })[0]!;
  const frame = { number: 1, width: 1, height: 1, header, pixels: new Uint8Array(2) };
  assertEquals(cameraFrameFile(frame).map(({ length }) => length), [2_880, 2, 2_878]);
});

Deno.test("checkFrame() compares a header with the line before it", () => {
  const header = encodeCameraFrame({ width: 4, height: 3, pixels: new Int16Array(12) })[0]!;
  checkFrame({ width: 4, height: 3 }, header, 24);
  assertThrows(
    () => checkFrame({ width: 3, height: 4 }, header, 24),
    FormatError,
    "the header says 4 x 3, the line before it 3 x 4",
  );
  assertThrows(() => checkFrame({ width: 4, height: 3 }, header, 23), LimitError, "4 x 3 pixels");
});

Deno.test("readCameraFrames() takes files that follow each other, however they are split", async () => {
  const first = joined(encodeCameraFrame({ width: 3, height: 2, pixels: new Int16Array(6) }));
  const second = joined(
    encodeCameraFrame({ width: 40, height: 50, pixels: new Uint16Array(2_000) }),
  );
  const extension = new Header();
  extension.set("XTENSION", "IMAGE   ").set("BITPIX", 8).set("NAXIS", 1).set("NAXIS1", 10);
  extension.set("PCOUNT", 0).set("GCOUNT", 1);
  const both = joined([first, extension.toBytes(), new Uint8Array(2_880), second]);
  const expected = ["3 x 2, 5760", "40 x 50, 8640"];
  assertEquals(await sizes(both), expected);
  assertEquals(await sizes(both.subarray(0, both.length - 1_640)), expected, "without padding");
  assertEquals(await sizes(new Uint8Array(0)), []);
  await fuzz(fuzzRounds(50, 2_000), 5_000, async (random) => {
    assertEquals(await sizes(both, random), expected);
  });
});

Deno.test("readCameraFrames() says what is wrong with a file", async () => {
  const file = joined(encodeCameraFrame({ width: 3, height: 2, pixels: new Int16Array(6) }));
  const float = Header.parse(file).set("BITPIX", -32).toBytes();
  const cases: [Uint8Array, typeof HeliographError, string][] = [
    [file.subarray(0, 2_885), ClosedError, "Cannot read from x: it ended after 5 bytes, 12 were"],
    [file.subarray(0, 100), ClosedError, "it ended after 100 bytes, 2880 were expected"],
    [joined([float, new Uint8Array(2_880)]), FormatError, "file 1 of x as a frame: BITPIX is -32"],
    [
      new Uint8Array([0x1f, 0x8b, 8, 0, 0]),
      FormatError,
      "Cannot read a FITS file from x: it begins with '?????', expected SIMPLE",
    ],
    [new TextEncoder().encode("<html>"), FormatError, "it begins with '<html>', expected SIMPLE"],
  ];
  for (const [bytes, type, message] of cases) {
    await assertRejects(() => sizes(bytes), type, message);
  }
});

Deno.test("frameShape() and dataBlockBytes() answer any header with a size or their own error", async () => {
  const good = encodeCameraFrame({ width: 3, height: 2, pixels: new Uint16Array(6) })[0]!;
  const values = ["0", "-1", "9", "16", "99999999999999999999", "T", "'x'", "1.5", "2", ""];
  await fuzz(fuzzRounds(10_000, 100_000), 31_000, (random) => {
    const header = good.slice();
    for (let change = random.integer(1, 4); change > 0; change--) {
      if (random.next() < 0.5) {
        header[random.integer(0, 640)] = random.integer(0, 255);
      } else {
        const card = random.integer(0, 7) * 80 + 10;
        header.set(new TextEncoder().encode(random.pick(values).padStart(20)), card);
      }
    }
    for (const read of [() => frameShape(header, 1 << 20), () => dataBlockBytes(header)]) {
      try {
        read();
      } catch (error) {
        assert(error instanceof HeliographError, String(error));
      }
    }
  });
});

Deno.test("SyntheticCamera makes the same frames again, with stars that drift", async () => {
  const options = { width: 200, height: 150, rate: 10, seed: 3 };
  const take = (sequence: number, time: number) =>
    new SyntheticCamera(options).frame(sequence, time, 0);
  assertEquals(take(5, 1_000), take(5, 1_000));
  const brightest = async (time: number) => {
    await using file = await openFits(joined(take(1, time)));
    const { pixels } = await file.image();
    const at = (pixels as Uint16Array).indexOf(Math.max(...pixels as Uint16Array));
    return [at % 200, Math.floor(at / 200)];
  };
  const [before, after] = [await brightest(0), await brightest(2_000)];
  assertEquals([(after[0]! - before[0]! + 200) % 200, (after[1]! - before[1]! + 150) % 150], [
    12,
    3,
  ]);
  const header = Header.parse(take(7, 1_500)[0]!);
  assertEquals(
    ["SEQNUM", "UNIXTIME", "FRMRATE", "BZERO"].map((keyword) => header.get(keyword)),
    [7, 1.5, 10, 32_768],
  );
});

Deno.test("image() of a frame gives what openFits() reads of its file", async () => {
  const stored = Int16Array.of(-32_768, -1, 0, 1, 32_767, 5);
  const cases: [cards: Record<string, number>, type: string][] = [
    [{}, "int16"],
    [{ BZERO: 32_768, BSCALE: 1 }, "uint16"],
    [{ BZERO: 1.5, BSCALE: 0.25 }, "float64"],
    [{ BLANK: 5 }, "float64"],
  ];
  for (const [cards, type] of cases) {
    const header = new Header();
    for (const [keyword, value] of Object.entries(cards)) header.set(keyword, value);
    const [head, data] = encodeCameraFrame({ width: 3, height: 2, pixels: stored, header });
    const pixels = data!.subarray(0, 12);
    const before = pixels.slice();
    const frame = new FitspipeFrame(1, { width: 3, height: 2, header: head!, pixels });
    await using file = await openFits(new Blob(cameraFrameFile(frame)));
    const image = frame.image();
    assertEquals(image, await file.image());
    assertEquals([image.type, pixels], [type, before], "the frame stays as it is");
  }
});
